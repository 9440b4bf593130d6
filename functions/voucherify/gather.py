"""Due customers that can go to Voucherify together (G6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cdphub import clock, pool
from cdphub.connections import Project
from cdphub.outbox.row import Row, dump
from cdphub.outbox.turn import CALL_MS, Turn, may_visit, take
from voucherify.apart import apart
from voucherify.bulk import Bulk, begin
from voucherify.worker import Worker


class Later:
    """Leaves rows for the next look, which can send them together."""

    def offer(self, pk: str, row: Row) -> None:
        row.release(clock.now_ms())

    def written(self, pk: str, row: Row) -> None:
        """Nothing is left to do."""


@dataclass
class Gathered:
    """A job that waits to be submitted, and whom to visit one by one.

    Of the `unread` a list must be read, so that they can go together next time.
    """

    bulk: Bulk | None
    unread: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def gather(worker: Worker, project: Project, customers: Sequence[str], end_ms: int) -> Gathered:
    """Has those of the customers that can go together join a job, if they are enough."""
    bulk = begin(worker, project, customers, end_ms)
    if bulk is None:
        return Gathered(None, others=list(customers))
    gathered = Gathered(bulk)
    pool.run(lambda pk: _join(worker, bulk, pk, end_ms, gathered), customers)
    return gathered


def _join(worker: Worker, bulk: Bulk, pk: str, end_ms: int, gathered: Gathered) -> None:
    # All projects gather before any of them makes its call, which needs time, too.
    outbox, turn = worker.hub.store.outbox, Turn(clock.new_id(), end_ms - CALL_MS)
    with apart(pk):
        item = outbox.read_customer(pk) if turn.has_time(clock.now_ms()) else None
        row = worker.leases.row(item) if item else Row()
        if item is None or not may_visit(row, turn, clock.now_ms()):
            return
        if bulk.awaits(row):
            gathered.unread.append(pk)
            return
        take(row, turn)
        bulk.offer(pk, row)
        if row.lease == turn.holder:
            gathered.others.append(pk)
        elif outbox.write_customer(pk, dump(pk, row, item.version)):
            bulk.written(pk, row)
