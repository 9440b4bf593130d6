"""Outbound delivery, as far as it is the same for every CDP (G1, G3, G5).

An SQS batch is taken apart by connection, connections are served in parallel, and every event ends as done, held,
parked, dead, or as a new message with a delay. That one is sent before the old one is acknowledged, so SQS's own count
of receives counts crashes only.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic_core import from_json

from cdphub import clock, pool
from cdphub.connections import Connection
from cdphub.http import Transport
from cdphub.hub import Hub
from cdphub.outbound.breaker import Breaker, waiting
from cdphub.outbound.claimed import send_claimed
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.encode import encode
from cdphub.outbound.exchange import Exchange
from cdphub.outbound.outcome import DONE, UNUSABLE, Outcome
from cdphub.outbound.rounds import GUARD_MS, Item, send_round
from cdphub.outbound.settle import Settler
from cdphub.outbound.terms import TermsReader
from cdphub.outbound.vendor import Vendor
from cdphub.pauses import Pause
from cdphub.telemetry import count, logger


class Deliverer:
    """What one instance of a CDP's deliver function keeps between invocations."""

    def __init__(self, vendor: Vendor[Any, Any], hub: Hub, transport: Transport) -> None:
        self._vendor = vendor
        self._transport = transport
        self._state = hub.store.state
        self._reader = TermsReader(vendor.profile, hub)
        self._breaker = Breaker(vendor.profile.cdp, self._state)
        self._settler = Settler(vendor.profile.cdp, hub)

    def deliver(self, records: Sequence[Mapping[str, Any]], end_ms: int) -> dict[str, Any]:
        """Delivers an SQS batch before `end_ms`, the end of the invocation; the reply names what must come again.

        It raises nothing: an exception would give back the messages that are done as well.
        """
        groups: dict[tuple[str, str], list[Item]] = {}
        failed = []
        for record in records:
            try:
                # Faster than model_validate_json, which takes the event's data over piece by piece.
                delivery = Delivery.model_validate(from_json(record["body"]))
            except ValueError:
                logger.error("unreadable, goes back")
                failed.append(record["messageId"])
                continue
            groups.setdefault((delivery.project, delivery.connection), []).append(Item(record["messageId"], delivery))
        for again in pool.run(lambda group: self._serve(group, end_ms), list(groups.values())):
            failed += again
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _serve(self, items: Sequence[Item], end_ms: int) -> list[str]:
        """Sees to one connection's items; gives the ids of the messages that must come again."""
        try:
            return self._serve_connection(items, end_ms)
        except Exception as error:
            # Whatever it is, it must not reach the other connections. Its text may repeat what the messages say.
            logger.error("comes again", connection=items[0].delivery.connection, error=type(error).__name__)
            return [item.message_id for item in items]

    def _serve_connection(self, items: Sequence[Item], end_ms: int) -> list[str]:
        first = items[0].delivery
        connection = self._reader.connection(first.project, first.connection)
        if connection is None or connection.state == "off":
            self._ignore(items)
            return []
        if connection.state == "paused":
            return self._settler.hold(items)
        pause = self._breaker.pause(connection.id)
        if pause is not None and not self._may_probe(connection.id, pause, end_ms):
            return self._settler.settle(((item, waiting(pause)) for item in items), pause)
        results = self._send(connection, items, end_ms, probing=pause is not None)
        return self._settler.settle(results, self._breaker.pause_if_known(connection.id))

    def _ignore(self, items: Sequence[Item]) -> None:
        count("Ignored", len(items), cdp=self._vendor.profile.cdp)

    def _may_probe(self, connection: str, pause: Pause, end_ms: int) -> bool:
        """One request then shows whether the pause is over; if it is not, the rest of the items shares its outcome."""
        return clock.now_ms() + GUARD_MS <= end_ms and self._breaker.claim_probe(connection, pause)

    def _send(
        self, connection: Connection, items: Sequence[Item], end_ms: int, *, probing: bool
    ) -> list[tuple[Item, Outcome]]:
        exchange = Exchange(self._vendor, self._transport, self._breaker, self._reader, connection, newest=probing)
        if exchange.terms is None:
            self._breaker.heed(connection.id, UNUSABLE, 1)
            return [(item, UNUSABLE) for item in items]
        if not exchange.terms.settings.is_outbound:
            # Switched off since: what is parked is dropped as well, and no pause stands in its way.
            self._breaker.heed(connection.id, DONE, 1)
            self._ignore(items)
            return []
        encoded, refused = encode(self._vendor, items, exchange.terms.settings)
        send = partial(send_round, limits=self._vendor.limits, send=exchange.send, end_ms=end_ms)
        if self._vendor.deduplicates:
            return [*refused, *send(encoded)]
        return [*refused, *send_claimed(self._state, self._vendor.profile.cdp, encoded, end_ms, send)]
