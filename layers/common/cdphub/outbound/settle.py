"""How deliveries end: acknowledged, held, dead, or as a new message with a delay (G1)."""

from collections.abc import Iterable, Sequence

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.backlog import DeadLetter, HeldMessage, bury, hold
from cdphub.clock import HOUR
from cdphub.failures import FailureClass
from cdphub.hub import Hub
from cdphub.outbound.delivery import queue_of
from cdphub.outbound.outcome import DONE, Outcome, delay_ms
from cdphub.outbound.rounds import Item
from cdphub.queues import Message, QueueError
from cdphub.telemetry import count, logger

PATIENCE_MS = 24 * HOUR


class Settler:
    """Settles what a CDP's deliver function has tried; gives the ids of the messages that it could not settle."""

    def __init__(self, cdp: str, hub: Hub) -> None:
        self._cdp = cdp
        self._hub = hub
        self._queue = queue_of(cdp)

    def hold(self, items: Iterable[Item]) -> list[str]:
        """Keeps the deliveries of a paused connection; how long they were tried before does not count any more."""
        failed = []
        for item in items:
            fresh = item.delivery.model_copy(update={"attempts": 0, "first_ms": None})
            message = HeldMessage(queue=self._queue, body=fresh.model_dump(mode="json"))
            try:
                hold(self._hub.store, fresh.connection, fresh.key, item.message_id, message, fresh.customer)
            except AwsError as error:
                failed.append(self._failed(item, error))
        return failed

    def settle(self, results: Iterable[tuple[Item, Outcome]]) -> list[str]:
        """Ends every delivery as its outcome says."""
        now = clock.now_ms()
        failed: list[str] = []
        again: list[tuple[Item, Message]] = []
        delivered = 0
        for item, outcome in results:
            if outcome == DONE:
                delivered += 1
            elif not outcome.tried:
                again.append((item, item.delivery.message(delay_ms(outcome, item.delivery.attempts, clock.random()))))
            elif outcome.is_final or now - item.delivery.since(now) >= PATIENCE_MS:
                failed += self._bury(item, outcome, now)
            else:
                tried = item.delivery.after_attempt(now)
                again.append((item, tried.message(delay_ms(outcome, tried.attempts, clock.random()))))
        count("Delivered", delivered, cdp=self._cdp)
        return [*failed, *self._send(again)]

    def _send(self, again: Sequence[tuple[Item, Message]]) -> list[str]:
        count("Retried", len(again), cdp=self._cdp)
        try:
            if again:
                self._hub.queues.send(self._queue, [message for _, message in again])
        except QueueError as error:
            return [self._failed(item, error) for item, _ in again]
        return []

    def _bury(self, item: Item, outcome: Outcome, now: int) -> list[str]:
        tried = item.delivery.after_attempt(now)
        letter = DeadLetter(
            project=tried.project,
            connection=tried.connection,
            direction="outbound",
            key=tried.key,
            failure=outcome.failure or FailureClass.INVALID,
            reason=outcome.reason,
            attempts=tried.attempts,
            first_ms=tried.since(now),
            last_ms=now,
            customer=tried.customer,
            payload=tried.model_dump(mode="json"),
        )
        try:
            bury(self._hub.store, letter)
        except AwsError as error:
            return [self._failed(item, error)]
        count("Dead", cdp=self._cdp, failure=letter.failure)
        logger.error("dead", connection=tried.connection, event_trace_id=tried.trace_id, failure=letter.failure)
        return []

    def _failed(self, item: Item, error: AwsError) -> str:
        logger.error("comes again", event_trace_id=item.delivery.trace_id, error=str(error))
        return item.message_id
