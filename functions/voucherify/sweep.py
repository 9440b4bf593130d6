"""Sweep (Lambda, every minute): finds what is due and what nobody holds any more, ends pauses and holds (G1, G5)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from cdphub import clock, pool
from cdphub.connections import Project, list_projects
from cdphub.outbox.job import MOST_CUSTOMERS
from cdphub.outbox.row import SHARDS, shards
from cdphub.outbox.turn import CALL_MS
from cdphub.pauses import Pause
from cdphub.telemetry import logger
from voucherify.apart import apart
from voucherify.bring_back import bring_back
from voucherify.bulk import Bulk
from voucherify.flush import Heir
from voucherify.gather import Later, gather
from voucherify.jobs import look
from voucherify.visit import visit
from voucherify.worker import Worker, worker

Task = Callable[[], None]

# Looking through so many takes about a third of an invocation.
PROJECTS_TOGETHER = 500
# Together as many as one bulk job takes.
CUSTOMERS_PER_SHARD = MOST_CUSTOMERS // SHARDS
VISITS = 800
PROBE_CHOICES = 10


def handler(event: Mapping[str, Any], context: Any) -> None:
    """A scheduled event."""
    sweep(worker(), clock.invocation_end(context.get_remaining_time_in_millis()))


def sweep(worker: Worker, end_ms: int) -> None:
    """Sees to the backlog and to all projects, at the same time, before `end_ms`, the end of the invocation."""
    _run([partial(bring_back, worker, end_ms), partial(_see_to_projects, worker, end_ms)])


def _see_to_projects(worker: Worker, end_ms: int) -> None:
    """They take turns, one call or customer each, so that a slow one, or one with much to do, delays no other.

    Of more than one sweep has time for, each begins with others.
    """
    projects = list_projects(worker.hub.store)
    if len(projects) > PROJECTS_TOGETHER:
        first = int(clock.random() * len(projects))
        projects = projects[first:] + projects[:first]
    for begin in range(0, len(projects), PROJECTS_TOGETHER):
        if begin and clock.now_ms() + CALL_MS > end_ms:
            logger.warning("no time for all projects", left=len(projects) - begin)
            return
        waiting = pool.run(lambda one: _tasks(worker, one, end_ms), projects[begin : begin + PROJECTS_TOGETHER])
        _run([task for task in chain.from_iterable(zip_longest(*waiting)) if task is not None])


def look_at(worker: Worker, project_id: str, end_ms: int) -> None:
    """Sees to one project whose wait is over; if it waits still, again after that."""
    with apart(project_id):
        project, pause = worker.project(project_id), worker.pauses.current(project_id)
        if project is not None and pause is None:
            look(worker, project, end_ms)
            _run(_due(worker, project, end_ms))
        elif pause is not None and pause.until is not None:
            worker.wakes.wake(project_id, pause.until)


def _run(tasks: Sequence[Task]) -> None:
    pool.run(lambda task: task(), tasks)


def _tasks(worker: Worker, project: Project, end_ms: int) -> list[Task]:
    """A look at the project's bulk jobs, and what is due; of a paused project one customer, once its probe is due."""
    tasks: list[Task] = [partial(_look, worker, project, end_ms)]
    with apart(project.id):
        pause = worker.pauses.current(project.id)
        if pause is None:
            tasks += _due(worker, project, end_ms)
        elif pause.is_probe_due:
            tasks += _probe(worker, project, pause, end_ms)
    return tasks


def _probe(worker: Worker, project: Project, pause: Pause, end_ms: int) -> list[Task]:
    """A visit to one customer, each time another."""
    choices = _hints(worker, project, PROBE_CHOICES)
    if not choices:
        # Nothing waits, so nothing can probe: the next command will, and pauses again if it must.
        worker.pauses.end(project.id, pause)
        return []
    probing = worker.pauses.probe_again(project.id, pause)
    chosen = choices[int(clock.random() * len(choices))]
    return [partial(_probe_by, worker, project, chosen, end_ms, probing)] if probing else []


def _probe_by(worker: Worker, project: Project, pk: str, end_ms: int, probing: Pause) -> None:
    with apart(pk):
        if visit(worker, project, pk, end_ms, probing=probing) or end_ms - clock.now_ms() < CALL_MS:
            return
        # A bulk job may hold whoever is due, and cannot be looked at before the pause is over.
        if worker.voucherify(project).probe().yes:
            worker.pauses.end(project.id, probing)


def _due(worker: Worker, project: Project, end_ms: int) -> list[Task]:
    """One call for those who can go together, and visits to as many others as there are calls to spend.

    The oldest of each shard come first, and those who need a call of their own before those who only gather for the
    next call.
    """
    if not worker.budget.calls_left(project):
        return []
    found = gather(worker, project, _hints(worker, project, CUSTOMERS_PER_SHARD), end_ms)
    visits: list[Task] = [partial(_visit, worker, project, pk, end_ms) for pk in found.others]
    visits += [partial(_visit, worker, project, pk, end_ms, heir=Later()) for pk in found.unread]
    submits = [partial(_submit, found.bulk)] if found.bulk else []
    return submits + visits[: min(worker.budget.calls_left(project), VISITS)]


def _hints(worker: Worker, project: Project, limit: int) -> list[str]:
    now, outbox = clock.now_ms(), worker.hub.store.outbox
    found = zip_longest(*(outbox.due(shard, now, limit) for shard in shards(project.id)))
    return [pk for pk in chain.from_iterable(found) if pk is not None]


def _look(worker: Worker, project: Project, end_ms: int) -> None:
    with apart(project.id):
        look(worker, project, end_ms)


def _submit(bulk: Bulk) -> None:
    with apart(bulk.key):
        bulk.submit()


def _visit(
    worker: Worker,
    project: Project,
    pk: str,
    end_ms: int,
    *,
    heir: Heir | None = None,
) -> None:
    with apart(pk):
        visit(worker, project, pk, end_ms, heir=heir)
