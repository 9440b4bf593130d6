"""Calls that are about no single customer: whether one may be made now, and what its answer means for the project."""

from cdphub import clock
from cdphub.connections import Project
from cdphub.failures import FailureClass
from cdphub.outbox.turn import CALL_MS
from cdphub.telemetry import count, logger
from cdphub.voucherify.answers import API_CALLS, CYCLE_CALLS, Answer
from voucherify.worker import Worker


def may_call(worker: Worker, project: Project, end_ms: int) -> bool:
    """Whether there is time for a call before the end of the invocation, and the project does not wait."""
    if end_ms - clock.now_ms() < CALL_MS or worker.pauses.current(project.id) is not None:
        return False
    return worker.budget.take(project)


def may_send(worker: Worker, project: Project) -> bool:
    """Whether what is stored may go out at once; if not, it is gathered with the rest, soon after the period's end."""
    if worker.pauses.current(project.id) is not None:
        return False
    if not worker.budget.eager(project):
        worker.wakes.wake(project.id, worker.budget.resets_at(project))
        return False
    return True


def heed(worker: Worker, project: Project, answer: Answer, end_ms: int) -> None:
    """Takes note of what an answer says about the project, which may have to wait."""
    if answer.yes:
        worker.health.worked(project.id)
        return
    logger.info("call without success", project=project.id, failure=answer.failure, why=answer.status or answer.reason)
    count("NotApplied", project=project.id, failure=str(answer.failure))
    if answer.failure is FailureClass.AUTH and end_ms - clock.now_ms() >= CALL_MS:
        _rejected(worker, project)
    elif answer.failure is FailureClass.THROTTLE and answer.limit == CYCLE_CALLS:
        worker.pauses.until_probed(project.id, "cycle")
    elif answer.failure is FailureClass.THROTTLE and answer.limit == API_CALLS:
        worker.pauses.throttle(project.id, answer.wait_ms)


def _rejected(worker: Worker, project: Project) -> None:
    """The key may have been replaced a moment ago."""
    if worker.voucherify(project, new_keys=True).probe().failure is FailureClass.AUTH:
        worker.pauses.until_probed(project.id, "auth")
