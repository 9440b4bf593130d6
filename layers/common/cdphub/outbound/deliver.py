"""Outbound delivery, as far as it is the same for every CDP (G1, G3, G5).

An SQS batch is taken apart by connection, connections are served in parallel, and every event ends as done, held, dead,
or as a new message with a delay. That one is sent before the old one is acknowledged, so SQS's own count of receives
counts crashes only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from cdphub import clock, pool
from cdphub.cache import Cache
from cdphub.connections import Connection, connection_parameter, read_connection
from cdphub.failures import FailureClass
from cdphub.http import HttpRequest, NoReplyError, Transport
from cdphub.hub import Hub
from cdphub.outbound.claimed import send_claimed
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import DONE, Outcome, Verdict, no_reply
from cdphub.outbound.rounds import Item, send_round
from cdphub.outbound.settle import Settler
from cdphub.outbound.vendor import NoIdentityError, Vendor
from cdphub.secrets import SecretNotFoundError
from cdphub.telemetry import count, logger

KEEP_MS = clock.MINUTE

_UNUSABLE = Outcome(FailureClass.AUTH, "the connection's settings or credentials are missing or cannot be used")


class Deliverer:
    """What one instance of a CDP's deliver function keeps between invocations."""

    def __init__(self, vendor: Vendor[Any, Any], hub: Hub, transport: Transport) -> None:
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
        try:
            settings, secrets = self._terms(connection)
        except (ValidationError, SecretNotFoundError):
            return self._settler.settle((item, _UNUSABLE) for item in items)
        encoded, refused = self._encode(items, settings)
        exchange = partial(self._exchange, connection, settings, secrets)
        send = partial(send_round, limits=self._vendor.limits, send=exchange, end_ms=end_ms)
        if self._vendor.deduplicates:
            return self._settler.settle([*refused, *send(encoded)])
        sent = send_claimed(self._hub.store.state, self._vendor.profile.cdp, encoded, end_ms, send)
        return self._settler.settle([*refused, *sent])

    def _terms(self, connection: Connection) -> tuple[Any, Any]:
        """The connection's settings and credentials; raises ValidationError and SecretNotFoundError."""
        profile = self._vendor.profile
        settings = profile.settings.model_validate(connection.settings)
        secrets = profile.secrets.model_validate(self._hub.secrets.read(connection_parameter(connection.id)))
        if missing := [name for name in profile.needed_secrets(connection.settings) if not getattr(secrets, name)]:
            raise SecretNotFoundError(f"connection {connection.id} has no {', '.join(missing)}")
        return settings, secrets

    def _encode(self, items: Iterable[Item], settings: Any) -> tuple[list[Item], list[tuple[Item, Outcome]]]:
        encoded, refused = [], []
        for item in items:
            try:
                encoded.append(replace(item, text=self._vendor.encode(item.delivery, settings)))
            except NoIdentityError:
                count("Ignored", cdp=self._vendor.profile.cdp, reason="no_identity")
                logger.info("no identity", connection=item.delivery.connection, event_trace_id=item.delivery.trace_id)
            except ValueError as error:
                refused.append((item, Outcome(FailureClass.INVALID, str(error))))
        return encoded, refused

    def _exchange(self, connection: Connection, settings: Any, secrets: Any, part: Sequence[Item]) -> Verdict:
        began = clock.now_ms()
        verdict, status = self._send(self._vendor.request(settings, secrets, [item.text for item in part]), part)
        logger.info(
            "attempt",
            connection=connection.id,
            events=len(part),
            status=status,
            failure=verdict.whole.failure,
            refused=len(verdict.apart),
            milliseconds=clock.now_ms() - began,
            trace_ids=[item.delivery.trace_id for item in part],
        )
        return verdict

    def _send(self, request: HttpRequest, part: Sequence[Item]) -> tuple[Verdict, int | None]:
        try:
            reply = self._transport.send(request)
        except NoReplyError as error:
            return Verdict(no_reply(error)), None
        whole = self._vendor.judge(reply, self._vendor.profile.failures)
        apart = self._vendor.apart(reply, part) if whole == DONE else {}
        return Verdict(whole, apart), reply.status

    def _read_connection(self, ids: str) -> Connection | None:
        project, connection = ids.split("#")
        return read_connection(self._hub.store, project, connection)
