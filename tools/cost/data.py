"""The files that the formula takes its figures from."""

import json
from dataclasses import dataclass
from typing import Any

from tools.local import ROOT


@dataclass(frozen=True)
class Price:
    """`dollars` for `per` pieces in us-east-1, as `source` had it on that day.

    Verified is what AWS's own page says in the text that was read, or what two other pages agree on.
    """

    name: str
    what: str
    dollars: float
    per: int
    source: str
    as_of: str
    verified: bool


@dataclass(frozen=True)
class Counted:
    """What one piece of work takes: DynamoDB's request units, calls to Voucherify, and lines that a function writes."""

    reads: float
    writes: float
    calls: float
    lines: float


def prices() -> dict[str, Price]:
    """The prices by name."""
    found: list[dict[str, Any]] = json.loads((ROOT / "docs" / "prices.json").read_text())
    return {price["name"]: Price(**price) for price in found}


def counted() -> dict[str, Counted]:
    """What was counted, by the kind of work."""
    found: dict[str, dict[str, float]] = json.loads((ROOT / "tools" / "cost" / "counted.json").read_text())
    return {kind: Counted(**numbers) for kind, numbers in found.items()}
