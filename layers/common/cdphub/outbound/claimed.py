"""For CDPs that take a repeat as another event: each one is claimed before it is sent (G3).

A copy of an event that the CDP has is dropped; a copy of one that another worker has in hand comes again later. What
was not delivered is released at once, so that the next attempt, or a replay, finds nobody. A worker that dies leaves
its claims; they run out after its invocation has ended.
"""

from collections.abc import Callable, Iterable, Sequence

from cdphub import claims, clock, pool
from cdphub.aws import AwsError
from cdphub.claims import Claim
from cdphub.failures import FailureClass
from cdphub.outbound.outcome import DONE, Outcome
from cdphub.outbound.rounds import Item
from cdphub.store.state import State
from cdphub.telemetry import count, logger

KEEP_MS = 7 * clock.DAY
# What clocks may differ by: nobody acts on a claim after the end of his invocation.
SLACK_MS = 10 * clock.SECOND

TAKEN = Outcome(reason="another copy is being sent", wait_ms=30 * clock.SECOND, tried=False)

Result = tuple[Item, Outcome]
Send = Callable[[Sequence[Item]], Iterable[Result]]


def send_claimed(state: State, cdp: str, items: Sequence[Item], end_ms: int, send: Send) -> list[Result]:
    """Sends, before the invocation ends at `end_ms`, those items that nobody else has sent or is sending.

    Items that were sent before are left out of the results.
    """
    lease_ms = end_ms - clock.now_ms() + SLACK_MS
    met = list(zip(items, pool.run(lambda item: _claim(state, item, lease_ms), items), strict=True))
    count("Ignored", sum(claim is Claim.DONE for _, claim in met), cdp=cdp, reason="repeated")
    count("RepeatPossible", sum(claim is Claim.LEFT for _, claim in met), cdp=cdp)
    sent = list(send([item for item, claim in met if claim in (Claim.MINE, Claim.LEFT)]))
    count("RepeatPossible", sum(outcome.failure is FailureClass.IN_DOUBT for _, outcome in sent), cdp=cdp)
    pool.run(lambda result: _end(state, *result), sent)
    return [*sent, *((item, TAKEN) for item, claim in met if claim is Claim.TAKEN)]


def _claim(state: State, item: Item, lease_ms: int) -> Claim:
    try:
        return claims.claim(state, item.delivery.id, lease_ms)
    except AwsError as error:
        logger.error("not claimed", event_trace_id=item.delivery.trace_id, error=str(error))
        return Claim.TAKEN


def _end(state: State, item: Item, outcome: Outcome) -> None:
    try:
        if outcome == DONE:
            claims.done(state, item.delivery.id, KEEP_MS)
        else:
            claims.release(state, item.delivery.id)
    except AwsError as error:
        # The message goes its way all the same: its next copy, if there is one, waits until the claim has run out.
        logger.error("claim not ended", event_trace_id=item.delivery.trace_id, error=str(error))
