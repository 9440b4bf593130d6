"""Erasure: what it takes off the customer row, and what stays of it (G7)."""

from cdphub.clock import SECOND
from cdphub.outbox.fold import rest
from cdphub.outbox.row import KEEP_APPLIED_MS, Membership, PendingDeletion, Row
from cdphub.outbox.turn import DOUBT_MS, INVOCATION_MS
from cdphub.schema import EraseCustomer

# After it nobody is left who has read the row without the erasure in it, and could still store something.
PURGE_MS = INVOCATION_MS + DOUBT_MS + SECOND


def erase(row: Row, command: EraseCustomer, now_ms: int) -> None:
    """Takes an erasure in; taking it in twice changes nothing, but for a replay, which has Voucherify told again.

    It is in the customer row, and not in one of its own, so that nobody can write older data past it.
    """
    if not command.beats(row.erased):
        return
    row.source_id = row.source_id or command.customer.source_id
    row.erased, row.erased_until, row.purge_at = command.order, 0, now_ms + PURGE_MS
    if command.already_deleted:
        row.due = row.purge_at if row.due is None else row.due
    else:
        row.deletion = PendingDeletion(at=command.order, by=command.connection)
    # A repeat that was accepted after the erasure is new, and others may have made the customer anew.
    row.sender_ids, row.lists_read = [], []
    _forget(row)
    for name in row.lists:
        # What is left is newer, but Voucherify deletes the whole list.
        row.list_changes[name] += 1


def is_purge_due(row: Row, now_ms: int) -> bool:
    """Whether it is time for the second purge; the deletion comes first."""
    return row.deletion is None and row.purge_at is not None and row.purge_at <= now_ms


def purged(row: Row, now_ms: int) -> None:
    """The rest was deleted for the last time: without newer data the row is now the tombstone."""
    row.purge_at, row.erased_until = None, now_ms + KEEP_APPLIED_MS
    # Once more: an answer to a call that was under way may have been taken in.
    _forget(row)
    row.list_changes = {name: count for name, count in row.list_changes.items() if name in row.lists}
    row.list_written = {name: count for name, count in row.list_written.items() if name in row.lists}
    rest(row)
    if row.model_dump(exclude_defaults=True).keys() == {"source_id", "erased", "erased_until"}:
        row.source_id = ""


def _forget(row: Row) -> None:
    """Takes everything off that is not newer than the erasure.

    The counters of a list stay, since the answer to a call with the list may be on its way.
    """
    row.fields = {name: waiting for name, waiting in row.fields.items() if waiting.at > row.erased}
    for waiting in row.fields.values():
        if waiting.replaced is not None and waiting.replaced.at <= row.erased:
            waiting.replaced = None
    row.events = {key: event for key, event in row.events.items() if event.at > row.erased}
    row.lists = {name: kept for name in row.lists if (kept := _newer(row, name))}
    row.list_written |= {name: count for name, count in row.list_changes.items() if name not in row.lists}
    row.applied = {name: at for name, at in row.applied.items() if at > row.erased}
    row.refused = [at for at in row.refused if at > row.erased]
    row.newest_event = row.newest_event if row.newest_event > row.erased else ""


def _newer(row: Row, name: str) -> dict[str, Membership]:
    return {audience: one for audience, one in row.lists[name].items() if one.at > row.erased}
