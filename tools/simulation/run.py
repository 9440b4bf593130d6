"""One seed, from the first command to the verdict."""

import contextlib
import io
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from cdphub import telemetry
from tools.simulation.backfilling import Backfilling
from tools.simulation.both_ways import BothWays
from tools.simulation.checks import check
from tools.simulation.economy import Economy
from tools.simulation.history import History
from tools.simulation.inbound import Inbound
from tools.simulation.isolation import Isolation, Neighbours
from tools.simulation.outbound import Outbound, long
from tools.simulation.outcome import End, Violation
from tools.simulation.publications import Publications
from tools.simulation.refusals import Refusals
from tools.simulation.shop import Shop, singly
from tools.simulation.trouble import Rates
from tools.simulation.world import Stack, World, partition_of


class Scenario(Protocol):
    """What happens to a stack."""

    @property
    def stack(self) -> Stack: ...

    def run(self, world: World) -> End:
        """Plays until all is quiet."""


_COUNTED = "RepeatPossible"
"""The metric that the checks ask for."""

SCENARIOS: dict[str, Callable[[int, int], Scenario]] = {
    "inbound": Inbound,
    "refusals": Refusals,
    "shop": Shop,
    "shop-singly": singly,
    "economy": Economy,
    "backfill": Backfilling,
    "publications": Publications,
    "outbound": Outbound,
    "outbound-long": long,
    "both-ways": BothWays,
    "isolation": Isolation,
    "neighbours": Neighbours,
}


@dataclass(frozen=True)
class Result:
    """What came of one seed; counters are `History`'s, `letters` the dead ones by direction, class and reason."""

    seed: int
    counts: Counter[str]
    violations: list[Violation]
    trace: list[str]
    injected: Counter[str]
    outcomes: Counter[tuple[str, str]]
    letters: Counter[tuple[str, str, str]]

    def about(self, violation: Violation) -> list[str]:
        """What the trace tells about the violation's customer."""
        marks = (f'"{violation.customer}"', partition_of(violation.customer))
        return [line for line in self.trace if any(mark in line for mark in marks)]


def run(seed: int, scenario: Scenario, rates: Rates, *, traced: bool = False) -> Result:
    """Plays a scenario with a seed and judges it."""
    world = World(seed, rates, stack=scenario.stack, traced=traced)
    with heard(world.history):
        end = scenario.run(world)
    violations, history = check(end), world.history
    letters = Counter((str(letter.direction), str(letter.failure), letter.reason) for letter in end.letters)
    return Result(seed, history.counts, violations, history.trace or [], history.injected, history.outcomes, letters)


class _Crashes(logging.Handler):
    """Notes which unexpected errors the workers met and logged."""

    def __init__(self, history: History) -> None:
        super().__init__(logging.ERROR)
        self._history = history

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, Exception):
            self._history.failed(error)


class _Metrics(io.TextIOBase):
    """Adds up what the workers count, as far as anybody wants to know."""

    def __init__(self, history: History) -> None:
        self._metrics = history.metrics

    def write(self, text: str) -> int:
        if _COUNTED in text:
            record = json.loads(text)
            for metric in record["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                self._metrics[metric["Name"], record.get("cdp", "")] += int(record[metric["Name"]][0])
        return len(text)


@contextlib.contextmanager
def heard(history: History) -> Iterator[None]:
    """What the workers log and count is heard, and not shown."""
    handlers = telemetry.logger.handlers
    before = list(handlers)
    handlers[:] = [_Crashes(history)]
    try:
        with contextlib.redirect_stdout(_Metrics(history)):
            yield
    finally:
        handlers[:] = before
