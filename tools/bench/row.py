"""One row of the benchmark: what the hub takes, its floor or peer measured in the same run, and its budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """The median, least and most of a number of measurements."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of at least one value."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True)
class Floor:
    """What stands beside the hub in the same run; `ratio` is the hub's share of it, repetition by repetition."""

    name: str
    value: Spread
    ratio: Spread


@dataclass(frozen=True)
class Row:
    """`ours` in `unit`, such as "ms". The median is what a budget is about.

    A budget is the most that `ours` may be, or, if `of_ratio`, the most that the floor's ratio may be. `counted` rows
    are the same on every machine.
    """

    name: str
    unit: str
    ours: Spread
    floor: Floor | None = None
    budget: float | None = None
    of_ratio: bool = False
    counted: bool = False
    note: str = ""

    @property
    def judged(self) -> float:
        """What the budget is compared with."""
        return self.floor.ratio.median if self.of_ratio and self.floor else self.ours.median

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; None where there is none."""
        return None if self.budget is None else self.judged <= self.budget


def counted(name: str, unit: str, number: float, *, budget: float | None = None, note: str = "") -> Row:
    """A row with a number that was counted, not timed."""
    return Row(name, unit, Spread.of([number]), budget=budget, counted=True, note=note)
