"""Bulk jobs that have been submitted, or whose worker died: how they end, and what becomes of their customers (G1, G2).

A job has taken effect when Voucherify's list of jobs says so, and not before. Until then nothing else is sent for its
customers, however long that takes.
"""

from cdphub import clock
from cdphub.clock import HOUR, MINUTE
from cdphub.connections import Project
from cdphub.outbox import fold, job
from cdphub.outbox.job import Job
from cdphub.outbox.row import Row, partition
from cdphub.outbox.turn import DOUBT_MS, INVOCATION_MS
from cdphub.telemetry import count, logger
from cdphub.voucherify.answers import Answer
from voucherify.actions import ENDED, Actions, read_actions
from voucherify.apart import apart
from voucherify.bulk import FIRST_LOOK_MS, rest
from voucherify.give_back import give_back, let_go
from voucherify.project_calls import heed, may_call
from voucherify.report import failed_customers
from voucherify.worker import Worker

STUCK_MS = 6 * HOUR

_JOBS_AT_ONCE = 50
# The sweep looks at older ones often enough.
_YOUNG_MS = MINUTE
# Voucherify's clock and the hub's are not quite the same.
_SKEW_MS = MINUTE
# So long after a job's row was made its call may still arrive. Whatever is created later is another job.
_ARRIVED_MS = INVOCATION_MS + DOUBT_MS


def look(worker: Worker, project: Project, end_ms: int) -> None:
    """Sees to the project's jobs that are due; soon again if young ones are left."""
    outbox = worker.hub.store.outbox
    now = clock.now_ms()
    keys = outbox.due(job.shard(project.id), now, _JOBS_AT_ONCE)
    items = {key: outbox.read_job(key) for key in keys}
    found = {key: job.load(item) for key, item in items.items() if item is not None and item.due_ms <= now}
    if not found:
        return
    left = _Look(worker, project, end_ms).at(found)
    ages = [clock.now_ms() - one.created for one in left]
    if ages and min(ages) < _YOUNG_MS:
        worker.wakes.wake(project.id, clock.now_ms() + max(FIRST_LOOK_MS, min(ages)))


class _Look:
    """One look at the jobs of a project: one list call for all of them."""

    def __init__(self, worker: Worker, project: Project, end_ms: int) -> None:
        self._worker = worker
        self._project = project
        self._end_ms = end_ms
        self._voucherify = worker.voucherify(project)

    def at(self, found: dict[str, Job]) -> list[Job]:
        """Gives the jobs that are left."""
        asked = {key: one for key, one in found.items() if one.status in ("submitting", "submitted")}
        actions = self._list(list(asked.values())) if asked else None
        return [one for key, one in found.items() if not self._ended(key, one, actions)]

    def _list(self, asked: list[Job]) -> Actions | None:
        if not self._may_call():
            return None
        unclear = [one.created - _SKEW_MS for one in asked if one.status == "submitting"]
        listed = read_actions(self._voucherify, min(unclear, default=clock.now_ms()), self._may_call)
        if isinstance(listed, Answer):
            heed(self._worker, self._project, listed, self._end_ms)
            return None
        return listed

    def _may_call(self) -> bool:
        return may_call(self._worker, self._project, self._end_ms)

    def _ended(self, key: str, one: Job, actions: Actions | None) -> bool:
        with apart(key):
            if self._dissolved(key, one, actions):
                return True
        if _is_stuck(one):
            logger.error("bulk job does not end", project=self._project.id, job=key, action=one.action)
            count("BulkJobsStuck", project=self._project.id)
        return False

    def _dissolved(self, key: str, one: Job, actions: Actions | None) -> bool:
        """Lets everyone go, if that may be; False if not all could."""
        if one.status in ("open", "closing"):
            return self._give_back(key, one)
        if actions is None:
            return False
        if one.action is None:
            begin_ms, end_ms = one.created - _SKEW_MS, one.created + _ARRIVED_MS + _SKEW_MS
            return not actions.may_run(begin_ms, end_ms) and self._give_back(key, one)
        return actions.statuses.get(one.action, "DONE") in ENDED and self._settled(key, one, one.action)

    def _give_back(self, key: str, one: Job) -> bool:
        return give_back(self._worker, key, one, one.status, self._end_ms)

    def _settled(self, key: str, one: Job, action: str) -> bool:
        """Folds the result in, once it can be read."""
        if not self._may_call():
            return False
        answer = self._voucherify.read_async_action(action)
        heed(self._worker, self._project, answer, self._end_ms)
        status = answer.body.get("status") if answer.yes and isinstance(answer.body, dict) else None
        if status == "FAILED":
            rest(self._worker, self._project)
            return let_go(self._worker, key, one.customers, self._back, self._end_ms)
        if _is_forgotten(one, answer):
            logger.warning("bulk job forgotten", project=self._project.id, job=key, action=action)
            return let_go(self._worker, key, one.customers, self._back, self._end_ms)
        if status != "DONE":
            return False
        failed = self._failed(one, answer)
        if failed is None or failed:
            number = len(one.customers) if failed is None else len(failed)
            count("BulkRowsFailed", number, project=self._project.id)

        def fold_in(pk: str, row: Row) -> None:
            if failed is None or pk in one.unsure or pk in failed:
                fold.given_back(row, clock.now_ms(), single=pk not in one.unsure)
            else:
                fold.carried_out(row, clock.now_ms())

        return let_go(self._worker, key, one.customers, fold_in, self._end_ms)

    def _failed(self, one: Job, answer: Answer) -> set[str] | None:
        """The partition keys of those who failed; None if that cannot be told, as of ids that the job did not carry."""
        named = failed_customers(answer.body, self._voucherify.download)
        if named is None:
            return None
        salt = self._worker.salt(self._project.id)
        failed = {partition(self._project.id, salt, source_id) for source_id in named}
        return failed if failed.issubset(one.customers) else None

    def _back(self, pk: str, row: Row) -> None:
        fold.given_back(row, clock.now_ms(), single=False)


def _is_stuck(one: Job) -> bool:
    return clock.now_ms() - one.created > STUCK_MS


def _is_forgotten(one: Job, answer: Answer) -> bool:
    """Whether Voucherify says that there is no such job, of one that is too old to be unknown yet."""
    return answer.status == 404 and isinstance(answer.body, dict) and _is_stuck(one)
