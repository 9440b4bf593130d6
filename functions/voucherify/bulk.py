"""A bulk job in the making: customers join it one by one, then it is submitted in one call (G2, G6).

The job's row stands before anyone joins, so that a crash at any point leaves a row that the sweep finds, and that knows
whom to give back (docs/outbox.md).
"""

from collections.abc import Sequence

from cdphub import clock
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Project
from cdphub.failures import FailureClass
from cdphub.metadata import CUSTOMER, Omitted, Schemas
from cdphub.outbox import fold, job
from cdphub.outbox.job import Job
from cdphub.outbox.row import Row
from cdphub.outbox.turn import CALL_MS, DOUBT_MS
from cdphub.outbox.work import ReadLists, Send, Work, next_work
from cdphub.telemetry import count, logger
from cdphub.voucherify.answers import Answer
from voucherify import attempts, body
from voucherify.basket import Basket
from voucherify.give_back import give_back
from voucherify.project_calls import heed, may_call
from voucherify.worker import Worker

FIRST_LOOK_MS = 3 * SECOND
# Time for the customers to join, for the call, and for writing its answer down.
LEAST_MS = 3 * CALL_MS

_REST_MS = 5 * MINUTE


def begin(worker: Worker, project: Project, customers: Sequence[str], end_ms: int) -> "Bulk | None":
    """A job that these customers may join; None if there should be none now."""
    if len(customers) < worker.fewest_in_bulk or end_ms - clock.now_ms() < LEAST_MS or _rests(worker, project):
        return None
    schemas = worker.schemas.of(project.id)
    if schemas is None and may_call(worker, project, end_ms):
        heed(worker, project, worker.schemas.read(project.id, worker.voucherify(project)), end_ms)
        schemas = worker.schemas.of(project.id)
    # Reading lists must not spend the call that is to follow.
    if not may_call(worker, project, end_ms):
        return None
    bulk = Bulk(worker, project, None if isinstance(schemas, Answer) else schemas, end_ms)
    bulk.open(customers)
    return bulk


def rest(worker: Worker, project: Project, wait_ms: int = _REST_MS) -> None:
    """Bulk jobs do not work for the project at present: single calls do for a while."""
    worker.hub.store.state.put(_key(project), "{}", clock.now_ms() + wait_ms)


def _rests(worker: Worker, project: Project) -> bool:
    return worker.hub.store.state.read(_key(project), clock.now_ms()) is not None


def _key(project: Project) -> str:
    return f"no-bulk#{project.id}"


class Bulk:
    """One job of one project in one invocation; several threads may have customers join."""

    def __init__(self, worker: Worker, project: Project, schemas: Schemas | None, end_ms: int) -> None:
        self.key = job.key(clock.new_id())
        self._worker = worker
        self._outbox = worker.hub.store.outbox
        self._project = project
        self._schemas = schemas
        self._end_ms = end_ms
        self._basket = Basket()
        self._joined: set[str] = set()
        self._carried: dict[str, set[str]] = {}
        self._left_out: dict[str, dict[Omitted, None]] = {}
        self._job = Job(project=project.id, created=clock.now_ms(), customers=[])

    def open(self, customers: Sequence[str]) -> None:
        """Writes the job's row, with all who may join."""
        self._job.customers = list(customers)
        self._outbox.create_job(self.key, job.dump(self._job, self._end_ms + DOUBT_MS))

    def offer(self, pk: str, row: Row) -> None:
        """Has a customer join whose turn the caller has, if the job can carry what waits; the caller writes the row.

        Settles a customer of whom nothing can be sent. May be repeated with the row read anew.
        """
        self._basket.take_out(pk)
        work = self._next(row)
        if not isinstance(work, Send) or not self._can_carry(work):
            return
        customer, left_out = body.customer(row, work, self._schemas or {})
        if len(customer) == 1 and "source_id" not in work.fields:
            fold.sent(row, work)
        elif self._basket.put(pk, customer):
            self._carried[pk] = attempts.places(row, work)
            job.join(row, self.key, work)
        else:
            return
        for connection, omitted in left_out.items():
            self._left_out.setdefault(connection, {}).update(dict.fromkeys(omitted))

    def awaits(self, row: Row) -> bool:
        """Whether a customer can join once its lists have been read."""
        return isinstance(self._next(row), ReadLists)

    def written(self, pk: str, row: Row) -> None:
        """The row of a customer that was offered has been written."""
        if row.lease == self.key:
            self._joined.add(pk)

    def submit(self) -> None:
        """Makes the call, with those who are known to have joined; whose write failed may have joined as well."""
        for connection, omitted in self._left_out.items():
            self._worker.omissions.note(self._project.id, self.key, connection, CUSTOMER, list(omitted))
        offered = self._basket.customers()
        self._job.customers, self._job.unsure = sorted(offered), sorted(offered - self._joined)
        if not offered:
            self._outbox.delete_job(self.key)
        elif not self._joined or not self._may_call():
            give_back(self._worker, self.key, self._job, "open", self._end_ms)
        elif self._change("submitting", "open", self._end_ms + DOUBT_MS):
            self._call()

    def _may_call(self) -> bool:
        """The call was taken off the budget when the job began, and waits for nothing but Voucherify's own no."""
        pause = self._worker.pauses.current(self._project.id)
        has_time = self._end_ms - clock.now_ms() >= CALL_MS
        return has_time and (pause is None or pause.reason == "budget")

    def _next(self, row: Row) -> Work | None:
        return next_work(row, owns_lists=self._project.hub_owns_lists) if job.may_join(row) else None

    def _can_carry(self, send: Send) -> bool:
        if not body.has_metadata(send):
            return True
        return self._schemas is not None and not body.reads_first(self._project, send)

    def _change(self, status: job.Status, expected: job.Status, due_ms: int) -> bool:
        self._job.status = status
        return self._outbox.change_job(self.key, job.dump(self._job, due_ms), expected)

    def _call(self) -> None:
        customers = self._basket.bodies(sorted(self._joined))
        carried = set[str]().union(*(self._carried[pk] for pk in self._joined))
        began = clock.now_ms()
        answer = self._worker.voucherify(self._project).upsert_customers(customers)
        attempts.tell(self._project, self._joined, carried, answer, clock.now_ms() - began)
        heed(self._worker, self._project, answer, self._end_ms)
        self._job.action = _action(answer)
        if self._job.action:
            count("BulkJobs", project=self._project.id)
            now = clock.now_ms()
            self._change("submitted", "submitting", now)
            self._worker.wakes.wake(self._project.id, now + FIRST_LOOK_MS)
        elif answer.yes or answer.failure is FailureClass.IN_DOUBT:
            # It may run, now or later: the look finds out.
            logger.warning("bulk job in doubt", project=self._project.id, job=self.key)
        else:
            self._refused(answer)

    def _refused(self, answer: Answer) -> None:
        if self._worker.pauses.current(self._project.id) is None:
            rest(self._worker, self._project, answer.wait_ms or _REST_MS)
        self._job.single = answer.failure in (FailureClass.INVALID, FailureClass.CONFIG)
        give_back(self._worker, self.key, self._job, "submitting", self._end_ms)


def _action(answer: Answer) -> str | None:
    found = answer.body.get("async_action_id") if answer.yes and isinstance(answer.body, dict) else None
    return found if isinstance(found, str) else None
