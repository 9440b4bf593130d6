"""What is stored of a customer outside of its row, deleted after an erasure (G7)."""

from cdphub import clock
from cdphub.outbox.erasure import purged
from cdphub.outbox.row import Row
from cdphub.store import Store
from cdphub.store.backlog import DEAD, HELD, PARKED
from voucherify.held import Held


def purge(store: Store, pk: str, erased: str) -> None:
    """Deletes event rows up to the place `erased`, dead letters and waiting messages before it, and publications.

    At that very place is the erasure itself, which may have become a dead letter.
    """
    for key, event in store.outbox.list_events(pk):
        if event.order <= erased:
            store.outbox.delete_event(pk, key, erased)
    for prefix in (DEAD, HELD, PARKED):
        for connection, key in store.backlog.list_customer(pk, prefix, erased):
            store.backlog.delete(connection, key)
    for key in store.state.list_customer(pk):
        store.state.remove(key)


def purge_again(store: Store, held: Held) -> None:
    """The second purge: nobody is left who could still store something from before the erasure.

    Raises LostError.
    """
    erased = held.row.erased
    purge(store, held.pk, erased)
    now = clock.now_ms()

    def take_in(row: Row) -> None:
        if row.erased == erased:
            purged(row, now)

    held.settle(take_in)
