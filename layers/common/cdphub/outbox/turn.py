"""Whose turn it is with a customer: one worker at a time, and nobody while something late may still land."""

from dataclasses import dataclass

from cdphub.clock import SECOND
from cdphub.outbox.row import Row

# What template.yaml gives apply and sweep.
INVOCATION_MS = 60 * SECOND
# After this long nothing that was written to a socket can still take effect at Voucherify.
DOUBT_MS = 120 * SECOND
# A call takes at most 10 s, and its answer must still be written down.
CALL_MS = 12 * SECOND


@dataclass(frozen=True)
class Turn:
    """A worker's wish to act: its unique id for this turn, and the end of its invocation."""

    holder: str
    end_ms: int

    def has_time(self, now_ms: int) -> bool:
        """Whether one more call can end before the invocation does."""
        return self.end_ms - now_ms >= CALL_MS


def is_free(row: Row, now_ms: int) -> bool:
    """Nobody holds the row, or the holder is gone and nothing of it can still land; a bulk job never just goes."""
    if row.job is not None:
        return False
    return row.lease is None or row.lease_until + DOUBT_MS <= now_ms


def take(row: Row, turn: Turn) -> None:
    """Leases the row; `due` stays, so that a crash is not forgotten."""
    row.lease, row.lease_until = turn.holder, turn.end_ms


def take_or_leave(row: Row, turn: Turn, now_ms: int, *, may_call: bool, redelivered: bool) -> bool:
    """After a merge: True if the worker now holds the row, else somebody will look at the row at its `due`.

    `may_call` is false while the project is paused. A message is deleted once its commands stand in the row, so a row
    that is not taken needs a `due`; one that is taken is covered by the message in hand, unless another copy of it
    may have been deleted already (`redelivered`).
    """
    if row.lease == turn.holder:
        return True
    if row.job is not None:
        # The job's own row is due, and whoever sees to it gives this one back.
        return False
    if not is_free(row, now_ms):
        row.due = row.lease_until + DOUBT_MS if row.due is None else row.due
        return False
    if row.not_before > now_ms:
        row.due = row.not_before if row.due is None else row.due
        return False
    if not may_call or not turn.has_time(now_ms):
        row.due = now_ms if row.due is None else row.due
        return False
    take(row, turn)
    if redelivered and row.due is None:
        row.due = turn.end_ms + DOUBT_MS
    return True


def may_visit(row: Row, turn: Turn, now_ms: int) -> bool:
    """Whether a reminder or the sweep may act on the row now."""
    if row.due is None or row.due > now_ms or row.not_before > now_ms:
        return False
    return is_free(row, now_ms) and turn.has_time(now_ms)
