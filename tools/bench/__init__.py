"""`make bench`: what the hub takes, beside its budgets and what the same work takes at least (docs/performance.md)."""

from tools.local import ROOT

PAGE = ROOT / "docs" / "performance.md"
