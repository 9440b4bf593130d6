"""What the hub spends at Voucherify."""

from tools.cost.data import Counted

CALLS_OF_A_THOUSAND = 3
"""A thousand customers in one batch: the call that submits their bulk job, and those that look how it ends."""

PLANS = {"Business": 100_000, "Organization": 300_000}
"""API calls of a billing cycle: https://docs.voucherify.io/guides/limits"""

STOPS_AT = 0.8
"""Of the cycle, when the project's `cycle_quota` is set."""


def per_thousand(counted: dict[str, Counted]) -> dict[str, float]:
    """Calls for a thousand pieces of each kind of work."""
    return {
        "updates of customers, one by one (Segment)": 1_000 * counted["20 updates"].calls / 20,
        "updates of customers, 100 in a batch (any, when busy)": 1_000 * counted["100 customers"].calls / 100,
        "updates of customers, 1,000 in a batch (Bloomreach, mParticle)": CALLS_OF_A_THOUSAND,
        "custom events": 1_000 * counted["20 custom events"].calls / 20,
        "publications": 1_000 * counted["publication"].calls,
        "lookups that nobody made just before": 1_000 * counted["lookup"].calls,
        "events of Voucherify, on their way to the CDPs": 1_000 * counted["delivery of 1"].calls,
    }


def in_a_cycle(plan: str, calls: float) -> float:
    """How many pieces of work a plan's cycle has room for if a thousand take so many calls and nothing else calls."""
    return 1_000 * STOPS_AT * PLANS[plan] / calls
