"""One connection's round: its events in as few requests as the vendor's limits allow, and what came of each event."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cdphub import clock
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.http import DEADLINE_MS
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import NO_TIME, Outcome, Verdict

# The deadlines of a request and of its repetition with another key, and time enough to put everything back afterwards.
GUARD_MS = 2 * DEADLINE_MS + 2 * SECOND


@dataclass(frozen=True)
class Limits:
    """What one request may hold."""

    events: int
    bytes: int


@dataclass(frozen=True)
class Item:
    """A delivery, the id of the SQS message that brought it, and its text in a request (ASCII)."""

    message_id: str
    delivery: Delivery
    text: str = ""


Send = Callable[[Sequence[Item]], Verdict]


def send_round(items: Sequence[Item], limits: Limits, send: Send, end_ms: int) -> Iterator[tuple[Item, Outcome]]:
    """Sends the items before `end_ms`, the end of the invocation, and tells what came of each.

    A request that is refused as invalid is sent again in halves, so that only the bad event dies. After a failure that
    the next request would meet as well, what is left shares the outcome, but is not in doubt: it was not sent.
    """
    waiting = deque(_requests(items, limits))
    while waiting:
        part = waiting.popleft()
        verdict = send(part) if clock.now_ms() + GUARD_MS <= end_ms else Verdict(NO_TIME)
        if verdict.whole.failure is FailureClass.INVALID and len(part) > 1:
            middle = len(part) // 2
            waiting.extendleft((part[middle:], part[:middle]))
            continue
        yield from ((item, verdict.of(place)) for place, item in enumerate(part))
        if verdict.whole.concerns_all:
            unsent = _unsent(verdict.whole)
            yield from ((item, unsent) for rest in waiting for item in rest)
            return


def _unsent(outcome: Outcome) -> Outcome:
    in_doubt = outcome.failure is FailureClass.IN_DOUBT
    return replace(outcome, failure=FailureClass.TRANSIENT) if in_doubt else outcome


def _requests(items: Sequence[Item], limits: Limits) -> Iterator[Sequence[Item]]:
    start, size = 0, 0
    for index, item in enumerate(items):
        length = len(item.text) + 1
        if index > start and (index - start == limits.events or size + length > limits.bytes):
            yield items[start:index]
            start, size = index, 0
        size += length
    if items:
        yield items[start:]
