"""`make bench`: what the hub takes, beside its budgets and what the same work takes at least (docs/performance.md)."""

# Makes the code that Lambda imports importable here.
from tools.local import ROOT

__all__ = ["ROOT"]
