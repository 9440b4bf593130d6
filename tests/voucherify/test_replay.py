"""Dead letters sent again, from the refusal to Voucherify's yes (G1, G2, G3, G7)."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock, pool
from cdphub.backlog import DeadLetter
from cdphub.clock import DAY, HOUR, MINUTE
from cdphub.commands import single
from cdphub.replay import message_of
from cdphub.schema import ChangeMembership, Command, TrackEvent
from tests.builders import START, at, erase, join, listed, pending, replayed, row, track, upsert
from tests.fakes import PROJECT, World
from tests.voucherify.bench import Bench
from tests.voucherify.conftest import one_by_one
from tests.voucherify.doors import record

BAD = "not a date"


def replay(bench: Bench, letter: DeadLetter, anew_ms: int | None = None, copies: int = 1) -> None:
    """Delivers the letter's message, so many times."""
    _, message = message_of(letter, "segment", anew_ms)
    for number in range(copies):
        assert not bench.deliver([record(f"replay-{number}", message.body)])


def died(bench: Bench, *commands: Command) -> DeadLetter:
    """The letter of a command that Voucherify refuses now, and will take from then on."""
    bench.fail(400)
    bench.apply(*commands)
    bench.heal()
    (letter,) = bench.dead()
    return letter


@pytest.mark.parametrize("copies", [1, 2])
def test_g1_refused_fields_are_applied_after_all(bench: Bench, copies: int) -> None:
    letter = died(bench, upsert(1, sender_id="m-1", name="Ada", address={"city": "Paris"}, metadata={"plan": "pro"}))
    replay(bench, letter, copies=copies)
    profile = bench.profile()
    assert (profile["name"], profile["address"]["city"]) == ("Ada", "Paris")
    assert profile["metadata"]["plan"] == "pro"
    assert bench.row().applied["name"] == at(1)


def test_g1_fields_of_one_command_that_are_refused_one_after_the_other_all_have_a_letter(bench: Bench) -> None:
    bench.fail(400)
    bench.apply(upsert(1, name="Ada", phone="5"), upsert(2, name="Bea"))
    bench.heal()
    for letter in reversed(bench.dead()):
        replay(bench, letter)
    assert (bench.profile()["name"], bench.profile()["phone"]) == ("Bea", "5")


@pytest.mark.parametrize("later", [0, 16 * DAY])
@pytest.mark.parametrize("sender_id", ["m-1", None])
def test_g1_g3_a_refused_event_is_sent_once_however_often_its_replay_comes(
    bench: Bench, sender_id: str | None, later: int
) -> None:
    letter = died(bench, track(1, "Bought", sender_id=sender_id, properties={"amount": 5}))
    bench.later(later)
    replay(bench, letter, copies=2)
    assert bench.events() == ["Bought"]
    assert bench.bodies()[-1]["metadata"] == {"amount": 5}
    assert "id" not in bench.bodies()[-1]


def test_g3_the_senders_own_repeat_is_known_before_and_after_the_replay(bench: Bench) -> None:
    letter = died(bench, track(1, "Bought", sender_id="m-1"))
    bench.apply(track(2, "Bought", sender_id="m-1"))
    assert bench.events() == []
    bench.later(10 * DAY)
    replay(bench, letter)
    bench.later(10 * DAY)
    bench.apply(track(3, "Bought", sender_id="m-1"))
    assert bench.events() == ["Bought"]


def test_a_refused_list_is_written_after_all(bench: Bench) -> None:
    bench.fail(400, match="POST /v1/customers", count=1)
    bench.apply(join(2, "vip"))
    replay(bench, bench.dead()[0])
    assert bench.profile()["metadata"]["segmentGroups"] == ["VIP"]


@pytest.mark.parametrize("status", [400, 403])
def test_g7_a_refused_deletion_is_carried_out_after_all(bench: Bench, status: int) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.fail(status, match="permanent-deletion", count=1)
    bench.apply(erase(2))
    assert bench.profile() is not None
    replay(bench, bench.dead()[0])
    assert bench.profile() is None


def test_g2_what_is_newer_stays_unless_the_replay_is_to_count_as_new(bench: Bench) -> None:
    letter = died(bench, upsert(1, name="Ada", phone="5"))
    bench.apply(upsert(2, name="Bea"))
    replay(bench, letter)
    assert (bench.profile()["name"], bench.profile()["phone"]) == ("Bea", "5")
    replay(bench, letter, anew_ms=START + HOUR, copies=2)
    assert (bench.profile()["name"], bench.profile()["phone"]) == ("Ada", "5")


def test_what_was_given_up_is_sent_although_it_may_have_been_applied(bench: Bench) -> None:
    bench.put_row(row(fields={"name": pending(1, "Ada")}, failures=9, first_failure=START - HOUR, due=START))
    bench.worker.health.worked(PROJECT)
    bench.fail(503, count=1)
    bench.sweep()
    (letter,) = bench.dead()
    assert bench.row().applied == {"name": at(1)}
    replay(bench, letter)
    assert bench.profile()["name"] == "Ada"


@pytest.mark.parametrize("command", [track(5_000, "Bought", sender_id="m-1", name="Ada"), upsert(5_000, name="Ada")])
def test_what_a_full_row_could_not_take_is_taken_once_there_is_room(bench: Bench, command: Command) -> None:
    bench.put_row(row(events=listed(*range(1_000)), lease="another", lease_until=START, due=START))
    bench.apply(command)
    (letter,) = bench.dead()
    assert letter.reason == "customer_backlog_full"
    bench.put_row(row())
    replay(bench, letter, copies=2)
    assert bench.profile()["name"] == "Ada"
    assert bench.events() == (["Bought"] if command.kind == "track" else [])


def test_g1_what_is_refused_again_is_a_letter_again(bench: Bench) -> None:
    letter = died(bench, upsert(1, birthdate=BAD))
    bench.store.backlog.delete(letter.connection, f"dead#{letter.key}")
    bench.later(MINUTE)
    replay(bench, letter)
    (again,) = bench.dead()
    assert again.key == letter.key
    assert again.last_ms > letter.last_ms


@pytest.mark.parametrize("anew_ms", [None, START + HOUR])
@pytest.mark.parametrize("command", [upsert(1, name="Ada"), track(1), join(1, "vip")])
def test_g7_a_replay_never_brings_back_who_was_erased_since(
    bench: Bench, command: Command, anew_ms: int | None
) -> None:
    """The letter itself goes with the erasure, but its message may be on its way already."""
    letter = died(bench, command)
    bench.apply(erase(2))
    assert not bench.dead()
    calls = bench.calls()
    replay(bench, letter, anew_ms)
    assert bench.calls() == calls
    assert not list(bench.store.outbox.list_events(bench.pk()))


def test_g7_nothing_of_the_erased_is_held_for_a_paused_connection(bench: Bench) -> None:
    bench.world.add_connection("other", state="paused")
    bench.apply(erase(2))
    forced = replayed(upsert(1, connection="other", name="Ada"), moved_to=3)
    assert not bench.deliver([record("replay", single(PROJECT, forced).body)])
    assert bench.held("other") == []


@given(st.data())
def test_g2_g3_once_all_is_replayed_it_is_as_if_nothing_had_been_refused(data: st.DataObject) -> None:
    """But for the order of events: those are sent once, and fields and audiences have their newest values."""
    world = World()
    with clock.use(world.clock), pool.use(one_by_one):
        bench = Bench(world)
        commands = [_command(number, data) for number in range(data.draw(st.integers(1, 6)))]
        waiting = list(commands)
        while waiting:
            batch = [waiting.pop(0) for _ in range(data.draw(st.integers(1, len(waiting))))]
            if data.draw(st.booleans()):
                bench.fail(400, match=data.draw(st.sampled_from(["/v1/", "/v1/customers", "/v1/events"])))
            bench.apply(*batch)
            bench.heal()
        for letter in data.draw(st.permutations(bench.dead())):
            replay(bench, letter, copies=data.draw(st.integers(1, 2)))
        for name, value in _newest(commands).items():
            assert bench.profile()[name] == value
        if groups := [command for command in commands if isinstance(command, ChangeMembership)]:
            members = ["VIP"] if groups[-1].member else []
            assert bench.profile()["metadata"]["segmentGroups"] == members
        assert sorted(bench.events()) == sorted(one.event for one in commands if isinstance(one, TrackEvent))


def _command(number: int, data: st.DataObject) -> Command:
    kind = data.draw(st.sampled_from(["upsert", "track", "join", "leave"]))
    if kind in ("join", "leave"):
        return join(number, "vip", member=kind == "join")
    fields: dict[str, Any] = {
        name: f"{name} {number}" for name in data.draw(st.sets(st.sampled_from(["name", "phone"])))
    }
    sender_id = data.draw(st.sampled_from([None, f"m-{number}"]))
    return (upsert if kind == "upsert" else track)(number, sender_id=sender_id, **fields)


def _newest(commands: Sequence[Command]) -> dict[str, Any]:
    newest: dict[str, Any] = {}
    for command in commands:
        newest |= command.customer.fields()
    return newest
