"""A paused connection accepts and holds: its commands wait in the backlog until it is live (G1)."""

import pytest

from cdphub.clock import MINUTE
from tests.builders import CONNECTION, at, track, upsert
from tests.voucherify.bench import Bench


@pytest.fixture
def paused(bench: Bench) -> Bench:
    """The connection is paused, and has brought two commands."""
    bench.world.add_connection(CONNECTION, state="paused")
    assert not bench.apply(upsert(1, name="Ada"), track(2, "Bought"))
    return bench


def test_g1_commands_of_a_paused_connection_wait_in_the_backlog(paused: Bench) -> None:
    assert [held.body["commands"][0]["order"] for held in paused.held()] == [at(1), at(2)]
    assert {held.queue for held in paused.held()} == {"apply"}
    assert paused.calls() == []
    paused.sweep()
    assert len(paused.held()) == 2


def test_a_second_copy_is_held_once(paused: Bench) -> None:
    paused.apply(upsert(1, name="Ada"), receives=2)
    assert len(paused.held()) == 2


def test_g5_a_paused_connection_does_not_hold_up_another(paused: Bench) -> None:
    paused.world.add_connection("other")
    paused.apply(upsert(3, phone="5", connection="other"))
    assert paused.profile()["phone"] == "5"


def test_when_the_connection_is_live_its_commands_go_on_in_their_place(paused: Bench) -> None:
    paused.world.add_connection("other")
    paused.apply(upsert(3, name="Countess", connection="other"))
    paused.world.add_connection(CONNECTION, state="live")
    paused.later(MINUTE)
    paused.sweep()
    assert not paused.held()
    assert paused.remind() == 2
    assert paused.profile()["name"] == "Countess"
    assert paused.events() == ["Bought"]


def test_g1_what_the_queue_does_not_take_stays_held(paused: Bench) -> None:
    paused.world.add_connection(CONNECTION, state="live")
    paused.world.queues.broken = True
    paused.sweep()
    assert len(paused.held()) == 2
    paused.world.queues.broken = False
    paused.sweep()
    assert not paused.held()
