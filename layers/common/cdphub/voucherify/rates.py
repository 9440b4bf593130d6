"""How many of a project's API calls the hub may make (pure, G6).

Voucherify limits the calls of a period, a minute or an hour by plan, and those of a billing cycle; every reply tells
about the period (https://docs.voucherify.io/guides/limits). The hub's part of a period is `api_budget`, the rest is the
shop's. It stops when it has had its part, and also while less than the shop's part remains, whoever spent it.

Workers take calls in blocks from one shared record, before they make them. So all together never make more calls in a
period than the hub's part, however many work at once, and whoever dies loses only the rest of its block.
"""

from pydantic import BaseModel

from cdphub.clock import MINUTE
from cdphub.connections import Project
from cdphub.voucherify.answers import Rate
from cdphub.voucherify.cycles import cycle_of

UNLIMITED = 1_000_000
"""More calls than anybody makes at a time: what is left where no limit is known."""

CYCLE_ALARM, CYCLE_STOP = 0.6, 0.8

# A block is an eighth of what is left at most, so that the last calls go to whoever needs them.
_PARTS = 8
_LARGEST_BLOCK = 100


class Calls(BaseModel):
    """What workers share about a project's calls.

    `limit` is 0 until a reply tells one. Of the present period: when it began for the hub and when it ends (hub
    milliseconds; `told` by a reply, or supposed), what of the limit was `remaining` when last heard, and how many
    calls workers have `taken`. Of the billing cycle: its first day, and the calls taken in it.
    """

    limit: int = 0
    began_ms: int = 0
    reset_ms: int = 0
    told: bool = False
    remaining: int = 0
    taken: int = 0
    cycle: str = ""
    cycle_taken: int = 0


def present(calls: Calls, project: Project, now_ms: int) -> Calls:
    """The same in the present period and cycle; a new period is supposed to last a minute until a reply tells."""
    changes: dict[str, object] = {}
    if calls.reset_ms <= now_ms:
        changes = {"began_ms": now_ms, "reset_ms": now_ms + MINUTE, "told": False, "remaining": calls.limit, "taken": 0}
    cycle = cycle_of(now_ms, project.cycle_day)
    if calls.cycle != cycle:
        changes |= {"cycle": cycle, "cycle_taken": 0}
    return calls.model_copy(update=changes) if changes else calls


def heard(calls: Calls, rate: Rate, now_ms: int) -> Calls:
    """What a reply adds; replies may come in another order than Voucherify counted the calls.

    What was spent before anybody counted may have been the hub's.
    """
    reset = rate.reset_ms if rate.reset_ms > now_ms else calls.reset_ms
    same = calls.told and reset == calls.reset_ms and rate.limit == calls.limit
    remaining = min(calls.remaining, rate.remaining) if same else rate.remaining
    taken = calls.taken if calls.limit else rate.limit - rate.remaining
    return calls.model_copy(
        update={"limit": rate.limit, "reset_ms": reset, "told": True, "remaining": remaining, "taken": taken},
    )


def merge(shared: Calls, known: Calls, now_ms: int) -> Calls:
    """The shared record with what this worker has heard in the same period."""
    if not known.told or known.began_ms != shared.began_ms:
        return shared
    return heard(shared, Rate(known.limit, known.remaining, known.reset_ms), now_ms)


def is_limited(calls: Calls, project: Project) -> bool:
    """Whether calls have to be counted at all."""
    return calls.limit > 0 or project.cycle_quota is not None


def eager(calls: Calls, project: Project) -> bool:
    """Whether less than half of the period's budget is spent, by whomever."""
    if not calls.limit:
        return True
    return 2 * max(calls.taken, calls.limit - calls.remaining) < _hubs_part(calls, project)


def left(calls: Calls, project: Project) -> int:
    """How many calls workers may still take."""
    return max(0, min(_left_of_period(calls, project), _left_of_cycle(calls, project)))


def shops_part_left(calls: Calls, project: Project) -> bool:
    """Whether no more than the shop's part remains of the period, so that nobody may spend even what was taken."""
    return calls.limit > 0 and calls.remaining <= calls.limit - _hubs_part(calls, project)


def cycle_is_spent(calls: Calls, project: Project) -> bool:
    """Whether the hub has had its part of the billing cycle."""
    return _left_of_cycle(calls, project) <= 0


def block(left: int, before: int) -> int:
    """How many calls to take at once: twice as many as `before`, so that one who makes few keeps few from others."""
    return min(max(1, 2 * before), max(1, left // _PARTS), _LARGEST_BLOCK, left)


def take(calls: Calls, number: int, unused: int) -> Calls:
    """The same after a block was taken; `unused` calls of an earlier period come back to the cycle."""
    cycle_taken = max(0, calls.cycle_taken - unused) + number
    return calls.model_copy(update={"taken": calls.taken + number, "cycle_taken": cycle_taken})


def spend(calls: Calls, number: int) -> Calls:
    """The same after calls that nobody took; of the period `remaining` tells them."""
    return calls.model_copy(update={"cycle_taken": calls.cycle_taken + number})


def rings(before: Calls, after: Calls, project: Project) -> bool:
    """Whether the cycle has just reached the share at which an operator should know."""
    line = CYCLE_ALARM * (project.cycle_quota or 0)
    return before.cycle_taken < line <= after.cycle_taken


def _hubs_part(calls: Calls, project: Project) -> int:
    return max(1, int(calls.limit * project.api_budget))


def _left_of_period(calls: Calls, project: Project) -> int:
    if not calls.limit:
        return UNLIMITED
    hubs = _hubs_part(calls, project)
    return min(hubs - calls.taken, calls.remaining - (calls.limit - hubs))


def _left_of_cycle(calls: Calls, project: Project) -> int:
    if project.cycle_quota is None:
        return UNLIMITED
    return int(CYCLE_STOP * project.cycle_quota) - calls.cycle_taken
