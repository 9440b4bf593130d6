"""The writing calls of one customer's turn: metadata as the project's schemas want it, and what is left out noted."""

from collections.abc import Mapping
from typing import Any

from cdphub import clock
from cdphub.connections import Project
from cdphub.metadata import Schemas
from cdphub.outbox.work import Send
from cdphub.telemetry import count, logger
from cdphub.voucherify.answers import Answer
from voucherify import attempts, body
from voucherify.held import Held
from voucherify.worker import Worker

NOTHING_TO_SEND = Answer(None)


class Calls:
    """One Answer each, and no retry."""

    def __init__(self, worker: Worker, project: Project, held: Held) -> None:
        self._worker = worker
        self._project = project
        self._held = held
        self._voucherify = worker.voucherify(project)

    def send(
        self,
        send: Send,
        stored: Mapping[str, Any] | None,
        schemas: Schemas,
        there: Mapping[str, Mapping[str, Any]] | None,
    ) -> Answer:
        """Makes the call; NOTHING_TO_SEND if nothing of it is left, so that there is none.

        `stored` is its event's body, `there` what of the customer is to be written again.
        """
        began, carried = clock.now_ms(), attempts.places(self._held.row, send)
        answer = self._make(send, stored, schemas, there)
        if answer is not NOTHING_TO_SEND:
            attempts.tell(self._project, [self._held.pk], carried, answer, clock.now_ms() - began)
        return answer

    def _make(
        self,
        send: Send,
        stored: Mapping[str, Any] | None,
        schemas: Schemas,
        there: Mapping[str, Mapping[str, Any]] | None,
    ) -> Answer:
        row = self._held.row
        if send.deletion is not None:
            return self._erase(row.source_id)
        customer, left_out = body.customer(row, send, schemas, there)
        if send.event is not None and stored is not None:
            answer = self._track(row.events[send.event].by, stored, customer)
        else:
            answer = self._upsert(customer, even_if_empty="source_id" in send.fields)
        if answer.yes:
            self._worker.omissions.tell(self._project.id, self._held.pk, left_out)
        return answer

    def _erase(self, source_id: str) -> Answer:
        answer = self._voucherify.erase_customer(source_id)
        if answer.yes:
            logger.info("erased", project=self._project.id, customer=self._held.pk)
            count("Erased", project=self._project.id)
        return answer

    def _track(self, connection: str, stored: Mapping[str, Any], customer: Mapping[str, Any]) -> Answer:
        event, dropped = self._worker.event_schemas.conform(self._project, stored)
        answer = self._voucherify.track_event(body.event(event, customer))
        if answer.yes:
            of = f"event {event['event']}"
            self._worker.omissions.note(self._project.id, self._held.pk, connection, of, dropped)
        return answer

    def _upsert(self, customer: Mapping[str, Any], *, even_if_empty: bool) -> Answer:
        if len(customer) == 1 and not even_if_empty:
            return NOTHING_TO_SEND
        return self._voucherify.upsert_customer(customer)
