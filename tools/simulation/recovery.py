"""`python -m tools.simulation.recovery`: what is delivered after a long trouble, and that nobody else noticed it.

Each trouble is played in virtual time with and without it, by the same seed; the rest of the world is healthy.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import click
from rich.table import Table

from cdphub.clock import DAY, HOUR, MINUTE, SECOND
from tools.simulation.failures import TIMED_OUT, UNAUTHORIZED, UNAVAILABLE, UNREACHABLE
from tools.simulation.long_trouble import Played, Recovery, cdp_down, cycle_spent, voucherify_down
from tools.simulation.recovery_stage import COMMANDS_IN, THE_CDP, Flow
from tools.simulation.worlds import console, cores, play_all

MOST = 1.25
"""So many times its own p95 may that of a flow be that is not in trouble."""

MOST_SHOWN = 20

RECOVERIES = (
    Recovery(
        "a project paused, 150,000 commands waiting",
        partial(voucherify_down, failure=UNAUTHORIZED),
        12 * HOUR,
        COMMANDS_IN,
        customers=35_000,
        others=2_000,
    ),
    Recovery("a cycle quota spent for two weeks", cycle_spent, 14 * DAY, COMMANDS_IN, customers=1_000, others=2_000),
    Recovery(
        "a CDP down for 30 hours",
        partial(cdp_down, failure=UNAVAILABLE),
        30 * HOUR,
        THE_CDP,
        customers=1_000,
        others=2_000,
    ),
    Recovery(
        "a CDP down for 4 hours",
        partial(cdp_down, failure=UNREACHABLE),
        4 * HOUR,
        THE_CDP,
        customers=1_000,
        others=2_000,
    ),
    Recovery(
        "Voucherify down for 1 hour",
        partial(voucherify_down, failure=TIMED_OUT),
        HOUR,
        COMMANDS_IN,
        customers=1_000,
        others=2_000,
    ),
)
"""The longest first."""

SHARE_OF_SHORT = 50


def short(recovery: Recovery) -> Recovery:
    """The same trouble with little to do."""
    return replace(recovery, customers=recovery.customers // SHARE_OF_SHORT, others=recovery.others // SHARE_OF_SHORT)


def ratio(before: Flow, after: Flow) -> float:
    """Of the p95 with and without the trouble."""
    return after.p95_ms() / before.p95_ms()


class Report:
    """What came of the plays, by title."""

    def __init__(self, seed: int, recoveries: Sequence[Recovery]) -> None:
        self._seed = seed
        self._recoveries = recoveries
        self._played: dict[tuple[str, bool], Played] = {}

    def add(self, played: Played) -> None:
        """One play more."""
        self._played[played.title, played.in_trouble] = played

    def violations(self) -> list[str]:
        """What is wrong in itself, and who was too late for the trouble's sake."""
        found = [violation for played in self._played.values() for violation in played.violations]
        for recovery in self._recoveries:
            for before, after in self._pairs(recovery):
                if after.name != recovery.ill and ratio(before, after) > MOST:
                    found.append(f"{recovery.title}: {after.name}: p95 is {ratio(before, after):.2f} times its own")
        return found

    def show(self) -> None:
        """Prints all of it, the verdict last."""
        for recovery in self._recoveries:
            self._show(recovery)
        for violation in self.violations()[:MOST_SHOWN]:
            console.print(violation, markup=False, soft_wrap=True)
        console.print(self.verdict(), markup=False, soft_wrap=True)

    def verdict(self) -> str:
        """The last line."""
        pairs = [(recovery, *pair) for recovery in self._recoveries for pair in self._pairs(recovery)]
        worst = max(ratio(before, after) for recovery, before, after in pairs if after.name != recovery.ill)
        told = {
            "seed": self._seed,
            "troubles": len(self._recoveries),
            "accepted": sum(after.accepted for _, _, after in pairs),
            "dead": sum(after.dead.total() for _, _, after in pairs),
            "worst_p95_of_others": f"{worst:.2f}",
            "violations": len(self.violations()),
        }
        passed = "FAILED" if self.violations() else "PASSED"
        return " ".join([*(f"{name}={value}" for name, value in told.items()), passed])

    def _pairs(self, recovery: Recovery) -> Iterator[tuple[Flow, Flow]]:
        before, after = (self._played[recovery.title, in_trouble] for in_trouble in (False, True))
        return zip(before.flows, after.flows, strict=True)

    def _show(self, recovery: Recovery) -> None:
        columns = ("flow", "accepted", "dead", "p95 without", "p95 with", "ratio", "caught up after")
        table = Table(*columns, title=recovery.title, title_justify="left")
        over_ms = self._played[recovery.title, True].over_ms
        causes: Counter[str] = Counter()
        for before, after in self._pairs(recovery):
            is_ill = after.name == recovery.ill
            told = ["", _time(after.caught_up_ms(over_ms))] if is_ill else [f"{ratio(before, after):.2f}", ""]
            numbers = f"{after.accepted:,}", f"{after.dead.total():,}"
            table.add_row(after.name, *numbers, _time(before.p95_ms()), _time(after.p95_ms()), *told)
            causes += after.dead
        console.print(table)
        for cause, number in causes.items():
            console.print(f"{number:,} dead, {cause}", markup=False, soft_wrap=True)


def _time(ms: int) -> str:
    return f"{ms / SECOND:.2f} s" if ms < 2 * MINUTE else f"{ms / MINUTE:.0f} min"


@click.command()
@click.option("--seed", default=0, show_default=True, help="Decides the order of things; the same seed, the same run.")
@click.option("--small", is_flag=True, help="With a fiftieth of the commands and events.")
@click.option("--only", help="Troubles whose titles contain this.", default="")
@click.option("--processes", default=cores(), show_default=True)
def main(seed: int, small: bool, only: str, processes: int) -> None:
    """Plays long troubles; fails if anything is lost, or anybody else's p95 is more than 1.25 times its own."""
    chosen = [short(recovery) if small else recovery for recovery in RECOVERIES if only in recovery.title]
    report = Report(seed, chosen)
    plays = [partial(recovery.play, seed, in_trouble=in_trouble) for recovery in chosen for in_trouble in (True, False)]
    for played in play_all(plays, processes):
        report.add(played)
    report.show()
    sys.exit(bool(report.violations()))


if __name__ == "__main__":
    main()
