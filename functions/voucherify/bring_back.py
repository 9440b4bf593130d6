"""What waits in the backlog for a connection goes back to its queue when the wait is over, or dies of age (G1, G5)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from cdphub import clock, pool
from cdphub.backlog import HeldMessage
from cdphub.clock import DAY, SECOND
from cdphub.connections import Connection, list_connections, list_projects
from cdphub.outbound.breaker import waiting
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.letters import bury_delivery
from cdphub.pauses import Pause
from cdphub.queues import BATCH_MESSAGES, Message
from cdphub.store.backlog import HELD, PARKED, Row
from voucherify.apart import apart
from voucherify.worker import Worker

# A portion is what one call of SQS takes.
PORTIONS = 500
# Time enough for one portion.
PORTION_MS = 5 * SECOND
PROBE_CHOICES = 10

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
    """Everything goes, also during a throttle, whose end deliver waits for; but until a probe succeeds one alone."""
    pause = worker.connection_pauses.current(connection.id)
    if connection.state == "off" or pause is None or pause.until is not None:
        yield from _send_all(worker, connection, PARKED)
    else:
        _probe(worker, connection, pause)
        yield from _bury_old(worker, connection, pause)


def _send_all(worker: Worker, connection: Connection, prefix: str) -> Portions:
    """Oldest first."""
    rows = iter(worker.hub.store.backlog.list(connection.id, prefix))
    while portion := list(islice(rows, BATCH_MESSAGES)):
        _send(worker, connection, portion)
        yield True


def _probe(worker: Worker, connection: Connection, pause: Pause) -> None:
    """A delivery that arrives when the probe is due; each time another, since one says nothing of the others."""
    choices = list(worker.hub.store.backlog.list(connection.id, PARKED, PROBE_CHOICES))
    if choices:
        chosen = choices[int(clock.random() * len(choices))]
        _send(worker, connection, [chosen], max(pause.probe_at - clock.now_ms(), 0))


def _send(worker: Worker, connection: Connection, rows: Iterable[Row], delay_ms: int = 0) -> None:
    waiting: dict[str, list[Row]] = {}
    for row in rows:
        waiting.setdefault(_message(row).queue, []).append(row)
    for queue, part in waiting.items():
        messages = [Message(_message(row).body, delay_ms / SECOND, group=connection.id) for row in part]
        worker.hub.queues.send(queue, messages)
        _delete(worker, part)


def _bury_old(worker: Worker, connection: Connection, pause: Pause) -> Portions:
    """Dead letters of what has waited longer than it may: the oldest, up to the first that has not."""
    outcome = waiting(pause)
    rows = iter(worker.hub.store.backlog.list(connection.id, PARKED))
    while portion := [row for row in islice(rows, BATCH_MESSAGES) if _is_old(row, pause)]:
        for row in portion:
            bury_delivery(worker.hub.store, connection.cdp, _delivery(row), outcome)
        _delete(worker, portion)
        yield True


def _is_old(row: Row, pause: Pause) -> bool:
    """After the day that an outage may last; or, for a key to be corrected, before the table would forget it."""
    now = clock.now_ms()
    return row.expires_ms - now < DAY or (pause.reason == "outage" and _delivery(row).is_too_late(now))


def _delivery(row: Row) -> Delivery:
    return Delivery.model_validate(_message(row).body)


def _message(row: Row) -> HeldMessage:
    return HeldMessage.model_validate_json(row.text)


def _delete(worker: Worker, rows: Sequence[Row]) -> None:
    for row in rows:
        worker.hub.store.backlog.delete(row.connection, row.key)
