"""Sweep (Lambda, every minute): finds what is due and what nobody holds any more, ends pauses and holds (G1, G5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

from cdphub import clock, pool
from cdphub.backlog import HeldMessage
from cdphub.clock import SECOND
from cdphub.connections import Project, list_connections, list_projects
from cdphub.outbox.job import MOST_CUSTOMERS
from cdphub.outbox.row import SHARDS, shards
from cdphub.queues import Message
from cdphub.store.backlog import HELD
from voucherify.apart import apart
from voucherify.flush import Heir
from voucherify.gather import Later, gather
from voucherify.jobs import look
from voucherify.pauses import Pause
from voucherify.visit import visit
from voucherify.worker import Worker, worker

# Together as many as one bulk job takes.
CUSTOMERS_PER_SHARD = MOST_CUSTOMERS // SHARDS
VISITS = 800
PROBE_CHOICES = 10
HELD_PER_CONNECTION = 500
# Time enough to send one held message and take it out of the backlog.
SEND_MS = 5 * SECOND


def handler(event: Mapping[str, Any], context: Any) -> None:
    """A scheduled event."""
    sweep(worker(), clock.invocation_end(context.get_remaining_time_in_millis()))


def sweep(worker: Worker, end_ms: int) -> None:
    """Sees to all projects before `end_ms`, the end of the invocation.

    Projects take turns, one customer each, so that a project with much to do does not keep the others waiting.
    """
    projects = list_projects(worker.hub.store)
    waiting = pool.run(lambda project: _due(worker, project, end_ms), projects)
    visits = [one for one in chain.from_iterable(zip_longest(*waiting)) if one is not None]
    pool.run(lambda one: _visit(worker, one, end_ms), visits)
    for project in projects:
        _send_held(worker, project, end_ms)


def look_at(worker: Worker, project_id: str, end_ms: int) -> None:
    """Sees to one project whose wait is over; if it waits still, again after that."""
    with apart(project_id):
        project, pause = worker.project(project_id), worker.pauses.current(project_id)
        if project is not None and pause is None:
            pool.run(lambda one: _visit(worker, one, end_ms), _due(worker, project, end_ms))
        elif pause is not None and pause.until is not None:
            worker.wakes.wake(project_id, pause.until)


@dataclass(frozen=True)
class _Due:
    project: Project
    pk: str
    probing: Pause | None = None
    heir: Heir | None = None


def _due(worker: Worker, project: Project, end_ms: int) -> list[_Due]:
    """The customers to visit now; of a paused project one, once its probe is due, each time another."""
    with apart(project.id):
        look(worker, project, end_ms)
    with apart(project.id):
        pause = worker.pauses.current(project.id)
        if pause is None:
            return _oldest(worker, project, end_ms)
        if pause.until is None and pause.probe_at <= clock.now_ms():
            return _probe(worker, project, pause)
    return []


def _probe(worker: Worker, project: Project, pause: Pause) -> list[_Due]:
    choices = _hints(worker, project, PROBE_CHOICES)
    if not choices:
        # Nothing waits, so nothing can probe: the next command will, and pauses again if it must.
        worker.pauses.end(project.id, pause)
        return []
    probing = worker.pauses.probe_again(project.id, pause)
    chosen = choices[int(clock.random() * len(choices))]
    return [_Due(project, chosen, probing)] if probing else []


def _oldest(worker: Worker, project: Project, end_ms: int) -> list[_Due]:
    """As many customers as there are calls to spend, without those who have gone in bulk; the oldest of each shard."""
    if not worker.budget.calls_left(project):
        return []
    left = gather(worker, project, _hints(worker, project, CUSTOMERS_PER_SHARD), end_ms)
    visits = [_Due(project, pk) for pk in left.others] + [_Due(project, pk, heir=Later()) for pk in left.unread]
    return visits[: min(worker.budget.calls_left(project), VISITS)]


def _hints(worker: Worker, project: Project, limit: int) -> list[str]:
    now, outbox = clock.now_ms(), worker.hub.store.outbox
    found = zip_longest(*(outbox.due(shard, now, limit) for shard in shards(project.id)))
    return [pk for pk in chain.from_iterable(found) if pk is not None]


def _visit(worker: Worker, due: _Due, end_ms: int) -> None:
    with apart(due.pk):
        visit(worker, due.project, due.pk, end_ms, probing=due.probing, heir=due.heir)


def _send_held(worker: Worker, project: Project, end_ms: int) -> None:
    """Messages that waited for a paused connection go back to their queues once it is not paused any more."""
    backlog = worker.hub.store.backlog
    with apart(project.id):
        for connection in list_connections(worker.hub.store, project.id):
            if connection.state == "paused":
                continue
            for row in islice(backlog.list(connection.id, HELD), HELD_PER_CONNECTION):
                if clock.now_ms() + SEND_MS > end_ms:
                    return
                held = HeldMessage.model_validate_json(row.text)
                worker.hub.queues.send(held.queue, [Message(held.body, group=connection.id)])
                backlog.delete(connection.id, row.key)
