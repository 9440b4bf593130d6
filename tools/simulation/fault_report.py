"""What the fault suite injected, and what came of it."""

from collections import Counter
from collections.abc import Iterable

from rich.table import Table

from tools.simulation.check_outbound import BY_ID
from tools.simulation.run import Result
from tools.simulation.subscribers import CDPS
from tools.simulation.worlds import console

GUARANTEES = {
    "G1": "nothing accepted is lost",
    "G2": "no field goes back, no event is sent before an older one",
    "G3": "no repeat without a reason that is counted",
    "G4": "one occasion, one code, never another customer's",
    "G5": "nobody waits for a dead CDP or neighbour",
    "G6": "no call of the shop is refused",
    "G7": "nothing that was erased comes back or is left",
    "crash": "no unexpected error in a worker",
}
MOST_SHOWN = 20
NEVER_KNOW = {"braze"}
_OUTCOMES = ("delivered", "dead", "repeats", "dropped")


class Report:
    """Adds up results of worlds."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._worlds = 0
        self.counts: Counter[str] = Counter()
        self.injected: Counter[str] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.letters: Counter[tuple[str, str, str]] = Counter()
        self.violations: list[str] = []
        self._broken: Counter[str] = Counter()

    def add(self, result: Result) -> None:
        """One world more."""
        self._worlds += 1
        self.counts.update(result.counts)
        self.injected.update(result.injected)
        self.outcomes.update(result.outcomes)
        self.letters.update(result.letters)
        self.violations += [f"seed {result.seed}: {violation}" for violation in result.violations]
        self._broken.update(violation.guarantee for violation in result.violations)

    @property
    def passed(self) -> bool:
        """Whether every guarantee held."""
        return not self.violations

    def show(self) -> None:
        """Prints all of it, the verdict last."""
        _table("Injected", ("what", "times"), ((what, f"{n:,}") for what, n in sorted(self.injected.items())))
        _table("Vendors", ("vendor", "delivered", "dead", "came again", "known as repeats"), self._vendors())
        _table("Dead letters", ("direction", "class", "reason", "number"), self._letters())
        _table("Guarantees", ("", "means", "violations"), self._guarantees())
        for violation in self.violations[:MOST_SHOWN]:
            console.print(violation, markup=False, soft_wrap=True)
        console.print(self.verdict(), markup=False, soft_wrap=True)

    def verdict(self) -> str:
        """The last line."""
        counts = self.counts
        told = {
            "seed": self._seed,
            "worlds": self._worlds,
            "commands": counts["commands"] - counts["posts"] - counts["codes"],
            "events": counts["events"],
            "codes": counts["codes"],
            "deliveries": sum(n for (_, what), n in self.outcomes.items() if what in ("delivered", "dead")),
            "repeats": counts["repeats"],
            "repeats_where_ids_are_known": sum(self.outcomes[cdp, "repeats"] for cdp in BY_ID),
            "injected": self.injected.total(),
            "lost": self._broken["G1"],
            "violations": len(self.violations),
        }
        return " ".join([*(f"{name}={value}" for name, value in told.items()), "PASSED" if self.passed else "FAILED"])

    def _vendors(self) -> Iterable[tuple[str, ...]]:
        for vendor in sorted(CDPS):
            delivered, dead, again, known = (f"{self.outcomes[vendor, what]:,}" for what in _OUTCOMES)
            yield vendor, delivered, dead, again, "never" if vendor in NEVER_KNOW else known
        yield "voucherify (custom events)", "", "", f"{self.outcomes['voucherify', 'repeats']:,}", "never"

    def _letters(self) -> Iterable[tuple[str, ...]]:
        for (direction, failure, reason), number in sorted(self.letters.items()):
            yield direction, failure, reason, f"{number:,}"

    def _guarantees(self) -> Iterable[tuple[str, ...]]:
        for name, meaning in GUARANTEES.items():
            yield name, meaning, f"{self._broken[name]:,}"


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    console.print(table)
