"""Messages held for a paused connection."""

from cdphub.backlog import HeldMessage, hold
from cdphub.store import Store
from cdphub.store.backlog import HELD
from tests.fakes import FakeClock
from tools.simulation.memory_store import memory_store

MESSAGE = HeldMessage(queue="apply", body={})


def held(store: Store) -> list[str]:
    return [row.key for row in store.backlog.list("connection", HELD)]


def test_a_second_copy_of_a_held_message_replaces_the_first(time: FakeClock) -> None:
    store = memory_store(time.now_ms)
    for _ in range(2):
        hold(store, "connection", "place", "message-1", MESSAGE)
    assert len(held(store)) == 1


def test_g1_what_the_sweep_sent_back_is_held_again_in_a_row_that_the_sweep_does_not_delete(time: FakeClock) -> None:
    store = memory_store(time.now_ms)
    hold(store, "connection", "place", "message-1", MESSAGE)
    (sent_back,) = held(store)
    hold(store, "connection", "place", "message-2", MESSAGE)
    store.backlog.delete("connection", sent_back)
    assert len(held(store)) == 1
