"""`python -m tools.simulation.faults`: 100,000 commands and 20,000 events to five CDPs while all goes wrong that can.

They are spread over many worlds, each with a seed and a stack of its own, since one world is one process.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import click

from tools.simulation.both_ways import BothWays
from tools.simulation.fault_report import Report
from tools.simulation.isolation import Isolation, Neighbours
from tools.simulation.publications import Publications
from tools.simulation.run import Result, Scenario, run
from tools.simulation.shop import Shop
from tools.simulation.trouble import RATES
from tools.simulation.worlds import cores, play_all


@dataclass(frozen=True)
class Part:
    """So many worlds in which a scenario is played."""

    scenario: Scenario
    worlds: int
    faults: str = "every"


FULL = (
    Part(BothWays(customers=50, commands=40), worlds=50),
    Part(Publications(customers=50, commands=4), worlds=20),
    Part(Shop(customers=500, commands=2), worlds=10),
    Part(Isolation(customers=20, commands=20), worlds=1, faults="none"),
    Part(Neighbours(customers=20, commands=20), worlds=1, faults="none"),
)
"""The first has the commands and events (G1 to G3, G7), then come codes (G4), a shop (G6), and dead neighbours (G5)."""

SHORT = (
    Part(BothWays(customers=10, commands=10), worlds=6),
    Part(Publications(customers=5, commands=2), worlds=2),
    Part(Shop(customers=100, commands=1), worlds=1),
    Part(Isolation(customers=2, commands=6), worlds=1, faults="none"),
    Part(Neighbours(customers=2, commands=6), worlds=1, faults="none"),
)
SEEDS = 1_000
"""A run's worlds have seeds of its own, if there are not more of them."""


def plays(parts: Sequence[Part], seed: int) -> Iterator[partial[Result]]:
    """Every world of a run, the longest first."""
    scenarios = [part for part in parts for _ in range(part.worlds)]
    for number, part in enumerate(scenarios):
        yield partial(run, seed * SEEDS + number, part.scenario, RATES[part.faults])


@click.command()
@click.option("--seed", default=0, show_default=True, help="Decides all that goes wrong; the same seed, the same run.")
@click.option("--short", is_flag=True, help="Few commands and events, to see that it works.")
@click.option("--processes", default=cores(), show_default=True)
def main(seed: int, short: bool, processes: int) -> None:
    """Plays the fault suite, says what was injected and what came of it; fails if a guarantee did not hold."""
    report = Report(seed)
    for result in play_all(list(plays(SHORT if short else FULL, seed)), processes):
        report.add(result)
    report.show()
    sys.exit(not report.passed)


if __name__ == "__main__":
    main()
