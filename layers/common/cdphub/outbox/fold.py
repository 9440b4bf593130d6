"""Answers into the customer row. Each may be folded twice: into the row as read, and again into a newer one."""

from cdphub.outbox.row import PendingField, Row
from cdphub.outbox.work import Send


def sent(row: Row, send: Send) -> None:
    """The call worked: takes off exactly what it carried, never what was merged meanwhile."""
    for name, at in send.fields.items():
        waiting = row.fields.get(name)
        if waiting is not None and waiting.at == at:
            del row.fields[name]
        elif waiting is not None and waiting.replaced is not None and waiting.replaced.at <= at:
            waiting.replaced = None
        row.applied[name] = max(at, row.applied.get(name, ""))
    _lists_written(row, send)
    if send.event is not None:
        _event_ended(row, send.event)
    _deletion_ended(row, send)
    if not row.split:
        row.failures = row.first_failure = 0
    rest(row)


def refused(row: Row, send: Send, places: list[str]) -> None:
    """The one command of the call was refused, and its dead letter is written: goes back to what it replaced."""
    for name, at in send.fields.items():
        waiting = row.fields.get(name)
        if waiting is None:
            continue
        if waiting.at == at:
            _back_to_replaced(row, name, waiting)
        elif waiting.replaced is not None and waiting.replaced.at == at:
            waiting.replaced = None
    _lists_written(row, send)
    if send.event is not None:
        row.events.pop(send.event, None)
    _deletion_ended(row, send)
    row.refused += [place for place in places if place not in row.refused]
    rest(row)


def given_up(row: Row, send: Send, places: list[str]) -> None:
    """The one command of the call failed too often, and its dead letter is written.

    It may have taken effect in one of its attempts, so what its values replaced is not sent after them.
    """
    for name, at in send.fields.items():
        waiting = row.fields.get(name)
        if waiting is not None and waiting.replaced is not None and waiting.replaced.at <= at:
            waiting.replaced = None
        row.applied[name] = max(at, row.applied.get(name, ""))
    refused(row, send, places)


def rest(row: Row) -> None:
    """Nothing left to send: the next failure is the first again, and the turn is over."""
    if not row.has_work():
        row.failures = row.first_failure = row.not_before = 0
        row.split = row.single = False
        row.release(due=None)


def _deletion_ended(row: Row, send: Send) -> None:
    if row.deletion is not None and row.deletion.at == send.deletion:
        row.deletion = None


def _lists_written(row: Row, send: Send) -> None:
    for name, count in send.lists.items():
        row.list_written[name] = max(count, row.list_written.get(name, 0))


def _back_to_replaced(row: Row, name: str, waiting: PendingField) -> None:
    replaced = waiting.replaced
    if replaced is None:
        del row.fields[name]
    else:
        row.fields[name] = PendingField(value=replaced.value, at=replaced.at, by=replaced.by)


def put_off(row: Row, now_ms: int, wait_ms: int) -> None:
    """The call failed and is worth another try: nothing is sent for this customer before the wait is over."""
    row.failures += 1
    row.first_failure = row.first_failure or now_ms
    row.not_before = now_ms + wait_ms
    row.release(due=row.not_before)


def event_gone(row: Row, key: str) -> None:
    """The event row is gone or ended: another worker has seen to it."""
    _event_ended(row, key)
    rest(row)


def _event_ended(row: Row, key: str) -> None:
    if key in row.events:
        row.newest_event = max(row.newest_event, row.events.pop(key).at)


def carried_out(row: Row, now_ms: int) -> None:
    """The bulk job that holds the row has taken effect; what was merged meanwhile is due."""
    if row.carried is not None:
        sent(row, Send(fields=row.carried.fields, lists=row.carried.lists))
    row.release(due=now_ms if row.has_work() else None)


def given_back(row: Row, now_ms: int, *, single: bool) -> None:
    """The bulk job that holds the row has not taken effect; with `single` the next call is for this customer alone."""
    row.single = row.single or single
    row.release(due=now_ms if row.has_work() else None)
