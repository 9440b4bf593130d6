"""Rows that are leased to a bulk job whose own row is gone: nobody would ever give them back."""

from cdphub.cache import Cache
from cdphub.clock import SECOND
from cdphub.outbox.row import Row, load
from cdphub.store import Store
from cdphub.store.outbox import CustomerItem

# Many customers are leased to the same job. That it was there a moment ago will do: while it was, it gave back what it
# held, so a row that still names it can only have been written by a worker that has outlived its invocation.
_KEEP_MS = 5 * SECOND


class Leases:
    """Which jobs there are."""

    def __init__(self, store: Store) -> None:
        self._exists: Cache[bool] = Cache(lambda key: store.outbox.read_job(key) is not None, _KEEP_MS)

    def row(self, item: CustomerItem) -> Row:
        """The row of a stored item; nobody's if it names a job that is gone."""
        row = load(item)
        if row.job is not None and not self._exists.get(row.job):
            row.release(row.due)
        return row
