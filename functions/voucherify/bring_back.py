"""What waits in the backlog for a connection goes back to its queue when the wait is over, or dies of age (G1, G5)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from cdphub import clock, pool
from cdphub.backlog import HeldMessage
from cdphub.clock import SECOND
from cdphub.connections import Connection, list_connections, list_projects
from cdphub.failures import FailureClass
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.letters import bury_delivery
from cdphub.queues import BATCH_MESSAGES, Message
from cdphub.store.backlog import HELD, PARKED, Row
from voucherify.apart import apart
from voucherify.worker import Worker

# A portion is what one call of SQS takes.
PORTIONS = 500
# Time enough for one portion.
PORTION_MS = 5 * SECOND
PROBE_CHOICES = 10
TOO_LATE = "the CDP has had an outage for a day"

Portions = Iterator[bool]
Work = tuple[str, Portions]
"""A connection's id, and what is to be done for it, portion by portion."""


def bring_back(worker: Worker, end_ms: int) -> None:
    """Sees to all connections before `end_ms`, the end of the invocation.

    They take turns, one portion each, so that one for which much waits does not keep the others waiting.
    """
    going = [work for connection in _connections(worker) for work in _works(worker, connection)]
    for _ in range(PORTIONS):
        if not going or clock.now_ms() + PORTION_MS > end_ms:
            return
        more = pool.run(_go_on, going)
        going = [work for work, has_more in zip(going, more, strict=True) if has_more]


def _connections(worker: Worker) -> list[Connection]:
    found: list[Connection] = []
    for project in list_projects(worker.hub.store):
        with apart(project.id):
            found += list_connections(worker.hub.store, project.id)
    return found


def _works(worker: Worker, connection: Connection) -> list[Work]:
    """Nothing of what an operator has paused is touched."""
    if connection.state == "paused":
        return []
    return [(connection.id, _send_all(worker, connection, HELD)), (connection.id, _parked(worker, connection))]


def _go_on(work: Work) -> bool:
    """Does the next portion; False if there is none, or it failed and so is left for the next sweep."""
    connection, portions = work
    with apart(connection):
        return next(portions, False)
    return False


def _parked(worker: Worker, connection: Connection) -> Portions:
    """While the connection is paused until a probe succeeds one delivery, to probe; of an outage also what is too old.

    During a throttle everything goes: deliver knows how to wait for its end.
    """
    pause = worker.connection_pauses.current(connection.id)
    if connection.state == "off" or pause is None or pause.until is not None:
        yield from _send_all(worker, connection, PARKED)
        return
    if pause.is_probe_due:
        _send_one(worker, connection)
    if pause.reason == "outage":
        yield from _bury_old(worker, connection)


def _send_all(worker: Worker, connection: Connection, prefix: str) -> Portions:
    """Oldest first."""
    rows = iter(worker.hub.store.backlog.list(connection.id, prefix))
    while portion := list(islice(rows, BATCH_MESSAGES)):
        _send(worker, connection, portion)
        yield True


def _send_one(worker: Worker, connection: Connection) -> None:
    """Each time another, since one that the CDP cannot digest says nothing of the others."""
    choices = list(worker.hub.store.backlog.list(connection.id, PARKED, PROBE_CHOICES))
    if choices:
        _send(worker, connection, [choices[int(clock.random() * len(choices))]])


def _send(worker: Worker, connection: Connection, rows: Iterable[Row]) -> None:
    waiting: dict[str, list[Row]] = {}
    for row in rows:
        waiting.setdefault(_message(row).queue, []).append(row)
    for queue, part in waiting.items():
        worker.hub.queues.send(queue, [Message(_message(row).body, group=connection.id) for row in part])
        _delete(worker, part)


def _bury_old(worker: Worker, connection: Connection) -> Portions:
    """Of what has waited for longer than it may, the oldest first, a dead letter."""
    rows = iter(worker.hub.store.backlog.list(connection.id, PARKED))
    while portion := [row for row in islice(rows, BATCH_MESSAGES) if _delivery(row).is_too_late(clock.now_ms())]:
        for row in portion:
            bury_delivery(worker.hub.store, connection.cdp, _delivery(row), FailureClass.TRANSIENT, TOO_LATE)
        _delete(worker, portion)
        yield True


def _delivery(row: Row) -> Delivery:
    return Delivery.model_validate(_message(row).body)


def _message(row: Row) -> HeldMessage:
    return HeldMessage.model_validate_json(row.text)


def _delete(worker: Worker, rows: Sequence[Row]) -> None:
    for row in rows:
        worker.hub.store.backlog.delete(row.connection, row.key)
