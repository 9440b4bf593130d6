"""Fan-out (Lambda): from a stored webhook to one message for every connection that wants the event (G3, G5)."""

from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel

from cdphub import claims, clock, commands
from cdphub.claims import Claim
from cdphub.connections import Connection, ProjectSecrets, read_project_secrets
from cdphub.hub import Hub, hub
from cdphub.outbound.delivery import Delivery, queue_of
from cdphub.outbound.events import Event, Person
from cdphub.outbox.row import partition
from cdphub.profile import load_profiles
from cdphub.telemetry import count, logger
from voucherify.lifecycle import DELETED, ECHOED, forgetting
from voucherify.normalise import Ignored, caused_by, kind_of, normalise
from voucherify.seen import Seen
from voucherify.subscribers import Subscribers

FUNCTIONS = Path(__file__).parent.parent
# Longer than one invocation lasts, shorter than it takes a message to come again.
LEASE_MS = clock.MINUTE
KEEP_MS = 7 * clock.DAY


class TakenError(Exception):
    """Another copy of the event is being sent: this one must come again, since that may fail."""


class Received(BaseModel):
    """The webhook's message."""

    v: Literal[1]
    trace_id: str
    project: str
    received_ms: int
    body: Any = None


class Fanout:
    """What one instance keeps between invocations."""

    def __init__(self, hub: Hub, subscribers: Subscribers) -> None:
        self._hub = hub
        self._subscribers = subscribers
        self._seen = Seen()

    def handle(self, record: SQSRecord) -> None:
        """Sends one message's event on; raises whatever keeps it from that, so that the message comes again."""
        received = Received.model_validate_json(record.body)
        logger.append_keys(trace_id=received.trace_id)
        if kind := kind_of(received.body):
            self._seen.note(received.project, kind)
        event = normalise(received.body, received.received_ms)
        if isinstance(event, Ignored):
            count("EventIgnored", reason=event.reason)
            return
        if event.type in ECHOED and caused_by(received.body) in self._secrets(received.project).application_ids:
            count("EventIgnored", reason="echo")
            return
        connections = self._subscribers.of(received.project, event.type)
        if not connections and event.type != DELETED:
            count("EventIgnored", reason="not wanted")
            return
        self._send_once(received, event, connections)

    def _secrets(self, project: str) -> ProjectSecrets:
        return read_project_secrets(self._hub.secrets, project)

    def _send_once(self, received: Received, event: Event, connections: list[Connection]) -> None:
        delivery = partial(_delivery, received, event, self._partition(received.project, event.customer))
        state, key = self._hub.store.state, f"{received.project}#{event.key}"
        claim = claims.claim(state, key, LEASE_MS)
        if claim is Claim.TAKEN:
            raise TakenError
        if claim is Claim.DONE:
            count("EventRepeated")
            return
        forget = forgetting(event, received.received_ms, received.trace_id)
        if forget:
            commands.send(self._hub.queues, received.project, [forget])
        for cdp, group in groupby(sorted(connections, key=_cdp), key=_cdp):
            messages = [delivery(connection).message() for connection in group]
            if claim is Claim.LEFT:
                count("RepeatPossible", len(messages), cdp=cdp)
            self._hub.queues.send(queue_of(cdp), messages)
        claims.done(state, key, KEEP_MS)

    def _partition(self, project: str, customer: Person) -> str | None:
        """By it erasure finds what is in the backlog."""
        if customer.source_id is None:
            return None
        return partition(project, self._secrets(project).salt, customer.source_id)


def _cdp(connection: Connection) -> str:
    return connection.cdp


def _delivery(received: Received, event: Event, customer: str | None, connection: Connection) -> Delivery:
    return Delivery(
        trace_id=received.trace_id,
        project=received.project,
        connection=connection.id,
        accepted_ms=received.received_ms,
        customer=customer,
        event=event,
    )


@cache
def fanout() -> Fanout:
    """Made once per instance."""
    return Fanout(hub(), Subscribers(hub().store, load_profiles(FUNCTIONS)))


def handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    """SQS event source mapping with partial batch responses; a batch that fails altogether raises nothing either."""
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, _handle, processor, context)


def _handle(record: SQSRecord) -> None:
    try:
        fanout().handle(record)
    except Exception as error:
        # Only the type: the text may repeat what the message says.
        logger.warning("comes again", error=type(error).__name__)
        raise
