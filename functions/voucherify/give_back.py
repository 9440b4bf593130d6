"""Customers leave a bulk job: each in one conditional write, so that any of it may be repeated (G1, G2)."""

from collections.abc import Callable, Sequence

from cdphub import clock, pool
from cdphub.clock import SECOND
from cdphub.outbox import fold, job
from cdphub.outbox.job import Job
from cdphub.outbox.row import Row, dump, load
from cdphub.store.outbox import Outbox
from voucherify.apart import apart
from voucherify.worker import Worker

# A read and a write, and some more if others write the row at the same time.
_WRITE_MS = 5 * SECOND


def let_go(
    worker: Worker, key: str, customers: Sequence[str], fold_in: Callable[[str, Row], None], end_ms: int
) -> bool:
    """Folds the end of the job into the rows that it holds, and deletes its own row when it holds none any more.

    False if not all could go in this invocation: the next look goes on.
    """
    outbox = worker.hub.store.outbox

    def one(pk: str) -> bool:
        if clock.now_ms() + _WRITE_MS > end_ms:
            return False
        with apart(pk):
            _release(outbox, key, pk, lambda row: fold_in(pk, row))
            return True
        return False

    if not all(pool.run(one, customers)):
        return False
    outbox.delete_job(key)
    return True


def give_back(worker: Worker, key: str, one: Job, expected: job.Status, end_ms: int) -> bool:
    """A job that has not taken effect, and will not, gives everyone back; first it says so in its row."""
    closing, now = one.model_copy(update={"status": "closing"}), clock.now_ms()
    if not worker.hub.store.outbox.change_job(key, job.dump(closing, now), expected):
        return False

    def fold_in(pk: str, row: Row) -> None:
        fold.given_back(row, clock.now_ms(), single=one.single)

    return let_go(worker, key, one.customers, fold_in, end_ms)


def _release(outbox: Outbox, key: str, pk: str, fold_in: Callable[[Row], None]) -> None:
    while True:
        item = outbox.read_customer(pk)
        if item is None or item.lease != key:
            return
        row = load(item)
        fold_in(row)
        if outbox.write_customer(pk, dump(pk, row, item.version), lease=key):
            return
