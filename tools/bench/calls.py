"""How many calls to Voucherify updates cost: what runs out first (G6)."""

from collections import Counter
from collections.abc import Iterator

from cdphub.profile import load_profiles
from tools.bench.miniature import Miniature
from tools.bench.row import Row, counted
from tools.bench.senders import SENDERS
from tools.hubctl import FUNCTIONS
from tools.hubctl.dry.run import parsed
from tools.simulation.economy import Economy
from tools.simulation.run import run
from tools.simulation.trouble import RATES

PROFILES = load_profiles(FUNCTIONS)

BATCH = 1_000
WRITING, IN_ALL = 12, 25
RUSH_CALLS = 1_500
TOGETHER = (1, 20, 100)
"""So many customers' updates come within the second for which apply gathers them."""


def measure(quick: bool) -> list[Row]:
    """The budgets, and 1,000 updates by CDP and by how many come together."""
    return [*_batch(), _rush(quick), *_by_source()]


def _batch() -> Iterator[Row]:
    calls = spent("bloomreach", BATCH)
    writing = sum(calls.values()) - calls["GET"]
    yield counted(f"a Bloomreach batch of {BATCH:,} customers, calls that write", "calls", writing, budget=WRITING)
    yield counted(f"a Bloomreach batch of {BATCH:,} customers, all calls", "calls", calls.total(), budget=IN_ALL)


def _rush(quick: bool) -> Row:
    """The simulation's scenario `economy`, with as many calls a minute as customers."""
    customers = 100 if quick else 1_000
    result = run(0, Economy(customers, commands=10), RATES["none"])
    name = f"{customers * 10:,} updates of {customers:,} customers over a minute, limit {customers:,} a minute"
    budget = RUSH_CALLS * customers / 1_000
    return counted(name, "calls", result.counts["calls"], budget=budget, note="scenario economy of the simulation")


def _by_source() -> Iterator[Row]:
    for cdp in SENDERS:
        for together in TOGETHER:
            yield counted(f"{BATCH:,} updates, {cdp}, {together} together", "calls", spent(cdp, together).total())


def spent(cdp: str, together: int) -> Counter[str]:
    """Calls by method for an update of each of 1,000 customers, so many of whom come within a second."""
    small = Miniature()
    connection, profile = small.connect(cdp), PROFILES[cdp]
    names = [f"customer-{number}" for number in range(BATCH)]
    with small.playing():
        for begin in range(0, BATCH, together):
            for request in SENDERS[cdp](names[begin : begin + together], 1):
                small.accept(parsed(profile, connection, request).commands)
            small.work()
        small.finish()
    return small.calls
