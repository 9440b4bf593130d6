"""Outbound delivery, as far as it is the same for every CDP (G1, G3, G5).

An SQS batch is taken apart by connection, connections are served in parallel, and every event ends as done, held, dead,
or as a new message with a delay. That one is sent before the old one is acknowledged, so SQS's own count of receives
counts crashes only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from cdphub import clock, pool
from cdphub.cache import Cache
from cdphub.connections import Connection, connection_parameter, read_connection
from cdphub.failures import FailureClass
from cdphub.http import HttpRequest, NoReplyError, Transport
from cdphub.hub import Hub
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import Outcome, judge, no_reply
from cdphub.outbound.rounds import Item, Limits, send_round
from cdphub.outbound.settle import Settler
from cdphub.profile import Profile
from cdphub.secrets import SecretNotFoundError
from cdphub.telemetry import count, logger

KEEP_MS = clock.MINUTE

_UNUSABLE = Outcome(FailureClass.AUTH, "the connection's settings or credentials are missing or cannot be used")


@dataclass(frozen=True)
class Vendor:
    """What is a CDP's own in a delivery.

    `encode` gives an event's text in a request, for a connection, in ASCII; it raises ValueError with the reason if
    there can be none. `request` joins such texts; it gets the connection's secrets, and may raise ValidationError.
    """

    profile: Profile
    limits: Limits
    encode: Callable[[Delivery], str]
    request: Callable[[Connection, Mapping[str, Any], Sequence[str]], HttpRequest]


class Deliverer:
    """What one instance of a CDP's deliver function keeps between invocations."""

    def __init__(self, vendor: Vendor, hub: Hub, transport: Transport) -> None:
        self._vendor = vendor
        self._hub = hub
        self._transport = transport
        self._settler = Settler(vendor.profile.cdp, hub)
        self._connections: Cache[Connection | None] = Cache(self._read_connection, KEEP_MS)

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
        connection = self._connections.get(f"{first.project}#{first.connection}")
        if connection is None or connection.state == "off":
            count("Ignored", len(items), cdp=self._vendor.profile.cdp)
            return []
        if connection.state == "paused":
            return self._settler.hold(items)
        encoded, refused = self._encode(items)
        secrets = self._secrets(connection)
        sent = send_round(encoded, self._vendor.limits, lambda part: self._exchange(connection, secrets, part), end_ms)
        return self._settler.settle([*refused, *sent])

    def _encode(self, items: Iterable[Item]) -> tuple[list[Item], list[tuple[Item, Outcome]]]:
        encoded, refused = [], []
        for item in items:
            try:
                encoded.append(replace(item, text=self._vendor.encode(item.delivery)))
            except ValueError as error:
                refused.append((item, Outcome(FailureClass.INVALID, str(error))))
        return encoded, refused

    def _exchange(self, connection: Connection, secrets: Mapping[str, Any], part: Sequence[Item]) -> Outcome:
        began = clock.now_ms()
        outcome, status = self._send(connection, secrets, [item.text for item in part])
        logger.info(
            "attempt",
            connection=connection.id,
            events=len(part),
            status=status,
            failure=outcome.failure,
            milliseconds=clock.now_ms() - began,
            trace_ids=[item.delivery.trace_id for item in part],
        )
        return outcome

    def _send(
        self, connection: Connection, secrets: Mapping[str, Any], texts: Sequence[str]
    ) -> tuple[Outcome, int | None]:
        try:
            reply = self._transport.send(self._vendor.request(connection, secrets, texts))
        except ValidationError:
            return _UNUSABLE, None
        except NoReplyError as error:
            return no_reply(error), None
        return judge(reply, self._vendor.profile.failures), reply.status

    def _secrets(self, connection: Connection) -> dict[str, Any]:
        try:
            return self._hub.secrets.read(connection_parameter(connection.id))
        except SecretNotFoundError:
            return {}

    def _read_connection(self, ids: str) -> Connection | None:
        project, connection = ids.split("#")
        return read_connection(self._hub.store, project, connection)
