"""How many events a project's plan at Voucherify has room for."""

from tools.cost import calls
from tools.cost.data import Counted
from tools.scale.demand import BUSY_SECONDS

A_MINUTE = {"Business": 100, "Organization": 2_000}
"""API calls: https://docs.voucherify.io/guides/limits"""

HUBS_PART = 0.5
"""Of a minute's calls, as the setting `api_budget` has it by default."""


def in_a_month(plan: str, calls_of_a_thousand: float) -> float:
    """Pieces of work, of which a thousand take so many calls, that fit into the busy minutes of a month."""
    return 1_000 * HUBS_PART * A_MINUTE[plan] * BUSY_SECONDS / 60 / calls_of_a_thousand


def rooms(counted: dict[str, Counted]) -> dict[str, list[tuple[float, float]]]:
    """For each kind of work, for each plan: what fits by the minute, and what fits into a billing cycle."""
    return {
        kind: [(in_a_month(plan, spent), calls.in_a_cycle(plan, spent)) for plan in A_MINUTE]
        for kind, spent in calls.per_thousand(counted).items()
        if spent
    }


def share(events: float, projects: float, plan: str, calls_of_a_thousand: float) -> float:
    """How much of its plan each of so many alike projects spends."""
    room = min(in_a_month(plan, calls_of_a_thousand), calls.in_a_cycle(plan, calls_of_a_thousand))
    return events / projects / room
