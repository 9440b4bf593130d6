"""How deliveries end: acknowledged, held, parked, dead, or as a new message with a delay (G1)."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.backlog import HeldMessage, hold, park
from cdphub.failures import LONGEST_MS
from cdphub.hub import Hub
from cdphub.outbound.delivery import Delivery, queue_of
from cdphub.outbound.letters import bury_delivery
from cdphub.outbound.outcome import DONE, Outcome, delay_ms
from cdphub.outbound.rounds import Item
from cdphub.pauses import Pause
from cdphub.queues import Message, QueueError
from cdphub.telemetry import count, logger


class _Fate(Enum):
    AGAIN, PARKED, DEAD = "again", "parked", "dead"


class Settler:
    """Settles what came to a CDP's deliver function; gives the ids of the messages that it could not settle."""

    def __init__(self, cdp: str, hub: Hub) -> None:
        self._cdp = cdp
        self._hub = hub
        self._queue = queue_of(cdp)

    def hold(self, items: Iterable[Item]) -> list[str]:
        """Keeps the deliveries of a connection that an operator has paused, as if they had never been tried."""
        return [id_ for item in items for id_ in self._keep(hold, item, item.delivery.untried())]

    def settle(self, results: Iterable[tuple[Item, Outcome]], pause: Pause | None) -> list[str]:
        """Ends every delivery as its outcome says; `pause` is the connection's, if it is paused now."""
        now = clock.now_ms()
        failed: list[str] = []
        again: list[tuple[Item, Message]] = []
        delivered = parked = 0
        for item, outcome in results:
            if outcome == DONE:
                delivered += 1
                continue
            delivery = item.delivery.after_attempt(now) if outcome.tried else item.delivery
            fate = _fate(delivery, outcome, pause, now)
            if fate is _Fate.AGAIN:
                again.append((item, _again(delivery, outcome, pause, now)))
            elif fate is _Fate.PARKED:
                parked += 1
                failed += self._keep(park, item, _as_parked(delivery, pause, now))
            else:
                failed += self._bury(item, delivery, outcome)
        count("Delivered", delivered, cdp=self._cdp)
        count("Parked", parked, cdp=self._cdp)
        return [*failed, *self._send(again)]

    def _send(self, again: Sequence[tuple[Item, Message]]) -> list[str]:
        count("Retried", len(again), cdp=self._cdp)
        try:
            if again:
                self._hub.queues.send(self._queue, [message for _, message in again])
        except QueueError as error:
            return [self._failed(item, error) for item, _ in again]
        return []

    def _keep(self, keep: Callable[..., None], item: Item, delivery: Delivery) -> list[str]:
        message = HeldMessage(queue=self._queue, body=delivery.model_dump(mode="json"))
        try:
            keep(self._hub.store, delivery.connection, delivery.key, item.message_id, message, delivery.customer)
        except AwsError as error:
            return [self._failed(item, error)]
        return []

    def _bury(self, item: Item, delivery: Delivery, outcome: Outcome) -> list[str]:
        try:
            bury_delivery(self._hub.store, self._cdp, delivery, outcome)
        except AwsError as error:
            return [self._failed(item, error)]
        return []

    def _failed(self, item: Item, error: AwsError) -> str:
        logger.error("comes again", event_trace_id=item.delivery.trace_id, error=str(error))
        return item.message_id


def _fate(delivery: Delivery, outcome: Outcome, pause: Pause | None, now: int) -> _Fate:
    """Of a delivery that is not done. Only with a key that is to be corrected there is more than a day's patience."""
    if outcome.failure is None:
        return _Fate.AGAIN
    if outcome.is_final or (delivery.is_too_late(now) and not _is_refused(pause)):
        return _Fate.DEAD
    return _Fate.PARKED if pause is not None and pause.until is None else _Fate.AGAIN


def _is_refused(pause: Pause | None) -> bool:
    return pause is not None and pause.reason == "auth"


def _as_parked(delivery: Delivery, pause: Pause | None, now: int) -> Delivery:
    return delivery.untried() if _is_refused(pause) else delivery.waiting(now)


def _again(delivery: Delivery, outcome: Outcome, pause: Pause | None, now: int) -> Message:
    """At the end of a pause that has one; else as soon as the outcome asks for, or after backing off.

    What has waited for long may come up to a quarter of that later, so that many do not come and go again and again.
    """
    if pause is not None and pause.until is not None:
        longer = int((now - delivery.since(now)) * clock.random() / 4)
        return delivery.waiting(now).message(min(max(pause.until - now, longer), LONGEST_MS))
    return delivery.message(delay_ms(outcome, delivery.attempts, clock.random()))
