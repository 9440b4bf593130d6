"""Troubles that last: how each begins and ends, and what comes of a stage in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from cdphub.clock import DAY, SECOND
from tools.simulation.failures import Failure
from tools.simulation.recovery_stage import BEFORE_MS, Flow, Stage
from tools.simulation.run import heard
from tools.simulation.trouble import RATES
from tools.simulation.world import Stack, World
from voucherify.worker import FEWEST_IN_BULK

CALLS = 1_000

CYCLE = "api_calls_cycle"
CYCLE_SECONDS = 25 * DAY // SECOND
CYCLE_CALLS = 10_000_000


@dataclass(frozen=True)
class Played:
    """One play: its flows, when the trouble was over, and what was wrong."""

    title: str
    in_trouble: bool
    flows: Sequence[Flow]
    over_ms: int
    violations: Sequence[str]


Switch = Callable[[Stage, bool], None]
"""Begins a trouble, and ends it."""


def cdp_down(stage: Stage, begins: bool, *, failure: Failure) -> None:
    """Every call to the CDP fails."""
    stage.cdp.sink.fail_all(failure if begins else None)


def voucherify_down(stage: Stage, begins: bool, *, failure: Failure) -> None:
    """Every call for the project fails."""
    stage.world.vendor.fail_all(failure if begins else None)


def cycle_spent(stage: Stage, begins: bool) -> None:
    """No calls are left of the project's billing cycle."""
    stage.world.vendor.limit(CYCLE, 1 if begins else CYCLE_CALLS, CYCLE_SECONDS)


@dataclass(frozen=True)
class Recovery:
    """A trouble, how long it lasts, whom it is about, and how much there is to do."""

    title: str
    switch: Switch
    lasting_ms: int
    ill: str
    customers: int
    others: int

    def play(self, seed: int, *, in_trouble: bool) -> Played:
        """From the first command until all is quiet."""
        stack = Stack(CALLS, apply_workers=10, fewest_in_bulk=FEWEST_IN_BULK, patience_ms=3 * DAY)
        world = World(seed, RATES["none"], stack=stack)
        with heard(world.history):
            stage = Stage(world, self.customers, self.others, self.lasting_ms)
            over_ms = world.now_ms() + BEFORE_MS + self.lasting_ms
            if in_trouble:
                world.scheduler.after(BEFORE_MS, partial(self.switch, stage, True))
                world.scheduler.at(over_ms, partial(self.switch, stage, False))
            end = stage.play()
        violations = [f"{self.title}: {violation}" for violation in stage.violations(end)]
        return Played(self.title, in_trouble, list(stage.flows(end)), over_ms, violations)
