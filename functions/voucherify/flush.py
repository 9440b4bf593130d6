"""Flush: the holder of a customer's row sends what waits, one call at a time, until nothing is left (G2, G3).

After every answer the row is written before the next call, so that a crash at any point is found and repeated, never
forgotten and never overtaken.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from cdphub import clock
from cdphub.connections import Project
from cdphub.failures import FailureClass
from cdphub.metadata import Schemas
from cdphub.outbox import fold
from cdphub.outbox.erasure import is_purge_due
from cdphub.outbox.merge import learn_list
from cdphub.outbox.row import Row
from cdphub.outbox.work import ReadLists, Send, Work, next_work
from cdphub.pauses import Pause
from cdphub.telemetry import logger
from cdphub.voucherify.answers import Answer
from voucherify import body
from voucherify.calls import NOTHING_TO_SEND, Calls
from voucherify.event_rows import EventRows
from voucherify.held import Held, LostError
from voucherify.purge import purge_again
from voucherify.trouble import Trouble
from voucherify.worker import Worker

# Voucherify knows the key, is up, and takes calls.
DEFINITE = (FailureClass.INVALID, FailureClass.CONFIG)


class Heir(Protocol):
    """Who takes rows over: each row is offered, perhaps again when it was read anew, then written."""

    def offer(self, pk: str, row: Row) -> None: ...

    def written(self, pk: str, row: Row) -> None: ...


class Flush:
    """One customer's turn.

    `fresh` holds the bodies of event rows that this worker put just before its first write of the customer row; each
    spares one read. With `probing` the first call goes out although the project is paused, and ends that pause if
    Voucherify answers it at all. `heir` may take the row over once its lists have been read.
    """

    def __init__(
        self,
        worker: Worker,
        project: Project,
        held: Held,
        fresh: Mapping[str, str],
        *,
        probing: Pause | None = None,
        heir: Heir | None = None,
    ) -> None:
        self._worker = worker
        self._project = project
        self._held = held
        self._probing = probing
        self._heir = heir
        self._voucherify = worker.voucherify(project)
        self._events = EventRows(worker.hub.store, held, fresh)
        self._calls = Calls(worker, project, held)
        self._trouble = Trouble(worker, project, held)
        self._there: Mapping[str, Mapping[str, Any]] | None = None

    def run(self) -> None:
        """Sends until nothing is left, time is short, the project is paused or Voucherify says no."""
        try:
            while self._step():
                pass
        except LostError:
            logger.warning("turn lost", customer=self._held.pk)

    def _step(self) -> bool:
        """One piece of work; False when the turn is over."""
        row = self._held.row
        if is_purge_due(row, clock.now_ms()):
            purge_again(self._worker.hub.store, self._held)
            return self._is_mine()
        work = next_work(row, owns_lists=self._project.hub_owns_lists)
        if work is None:
            self._held.settle(fold.rest)
            return self._is_mine()
        refusal = self._known_refusal(work)
        if refusal is not None:
            return self._trouble.meet(*refusal)
        if not self._may_call():
            self._held.settle(lambda row: row.release(clock.now_ms()))
            return False
        if isinstance(work, ReadLists):
            return self._read_lists(work)
        schemas = self._schemas(work)
        if not isinstance(schemas, Mapping):
            return self._read_schemas(work)
        if work.event and self._worker.event_schemas.is_outdated(self._project.id, self._voucherify):
            self._worker.event_schemas.read(self._project.id, self._voucherify)
            return True
        if self._there is None and body.reads_first(self._project, work):
            return self._read_there(work)
        return self._send(work, schemas)

    def _schemas(self, send: Send) -> Schemas | Answer | None:
        return self._worker.schemas.of(self._project.id) if body.has_metadata(send) else {}

    def _known_refusal(self, work: Work) -> tuple[Send, Answer, dict[str, Any] | None] | None:
        """A command in the work that Voucherify is known to refuse, and its answer: no call need be spent on it."""
        if isinstance(work, ReadLists) or not self._held.turn.has_time(clock.now_ms()):
            return None
        schemas = self._schemas(work)
        if isinstance(schemas, Answer):
            return body.metadata_alone(work), schemas, None
        stored = self._events.body(work.event) if work.event else None
        answer = self._worker.event_names.refusal(self._project.id, stored["event"]) if stored else None
        return (Send(event=work.event), answer, stored) if answer else None

    def _may_call(self) -> bool:
        if not self._held.turn.has_time(clock.now_ms()):
            return False
        if self._probing is not None:
            return True
        return self._worker.pauses.current(self._project.id) is None and self._worker.budget.take(self._project)

    def _is_mine(self) -> bool:
        """Whether what was folded in has left the turn with this worker."""
        return self._held.row.lease == self._held.turn.holder

    def _read_lists(self, work: ReadLists) -> bool:
        erased = self._held.row.erased
        answer = self._voucherify.read_customer(self._held.row.source_id)
        self._answered(answer)
        if not answer.yes and answer.status != 404:
            lists = {name: self._held.row.list_changes[name] for name in work.names}
            return self._trouble.meet(Send(lists=lists), answer)
        found = _customer(answer).get("metadata") or {}

        def learn(row: Row) -> None:
            # An erasure that was taken in meanwhile is to delete what was read.
            for name in work.names if row.erased == erased else ():
                learn_list(row, name, _texts(found.get(name)))
            if self._heir is not None:
                self._heir.offer(self._held.pk, row)

        self._held.settle(learn)
        if self._heir is not None:
            self._heir.written(self._held.pk, self._held.row)
        return self._is_mine()

    def _read_schemas(self, send: Send) -> bool:
        answer = self._worker.schemas.read(self._project.id, self._voucherify)
        self._answered(answer)
        return answer.yes or answer.failure in DEFINITE or self._trouble.meet(send, answer)

    def _read_there(self, send: Send) -> bool:
        answer = self._voucherify.read_customer(self._held.row.source_id)
        self._answered(answer)
        if not answer.yes and answer.status != 404:
            return self._trouble.meet(send, answer)
        self._there = body.kept(self._project, _customer(answer))
        return True

    def _send(self, send: Send, schemas: Schemas) -> bool:
        there, self._there = self._there, None
        stored = self._events.body(send.event) if send.event else None
        if send.event and stored is None:
            gone = send.event
            self._held.settle(lambda row: fold.event_gone(row, gone))
            return self._is_mine()
        answer = self._calls.send(send, stored, schemas, there)
        self._answered(answer)
        if stored and self._worker.event_names.learn(self._project.id, stored["event"], answer):
            return True
        if not answer.yes:
            return self._trouble.meet(send, answer, stored)
        if send.event:
            self._events.sent(send.event, self._project.id)
        self._held.settle(lambda row: fold.sent(row, send))
        return self._is_mine()

    def _answered(self, answer: Answer) -> None:
        """Takes note of what the answer says about the project."""
        if answer is NOTHING_TO_SEND:
            return
        if answer.yes:
            self._worker.health.worked(self._project.id)
        elif answer.failure in DEFINITE:
            self._worker.health.answered(self._project.id)
        if self._probing and (answer.yes or answer.failure in DEFINITE):
            self._worker.pauses.end(self._project.id, self._probing)
        self._probing = None


def _customer(answer: Answer) -> Mapping[str, Any]:
    return answer.body if answer.yes and isinstance(answer.body, dict) else {}


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
