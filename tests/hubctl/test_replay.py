"""Which dead letters are meant, and their way back to the queues."""

import json
from typing import Any

import pytest

from cdphub.backlog import KEEP_MS, bury
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.outbox.row import Row, dump
from cdphub.queues import QueueError
from cdphub.store.backlog import DEAD
from tests.builders import CONNECTION, START, at, replayed, row, track, upsert
from tests.fakes import PROJECT, World
from tests.hubctl.letters import CUSTOMER, SECRET_REASON, bury_command, bury_event
from tools.hubctl.dead_letters import Wanted, find, told
from tools.hubctl.errors import WrongInputError
from tools.hubctl.replay import Replay


@pytest.fixture(autouse=True)
def connections(world: World) -> None:
    """Two connections of the project."""
    world.add_connection(CONNECTION)
    world.add_connection("braze-1", cdp="braze")


def keys(world: World, connection: str = CONNECTION) -> list[str]:
    return [row.key.removeprefix(DEAD) for row in world.hub.store.backlog.list(connection, DEAD)]


def replay(world: World, *, force: bool = False, per_second: float = 5) -> list[str]:
    return list(Replay(world.hub, force, per_second).run(find(world.hub, Wanted())))


def put_customer(world: World, customer: Row) -> None:
    assert world.hub.store.outbox.write_customer(CUSTOMER, dump(CUSTOMER, customer, 0))


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [1, 2, 3, 4]),
        ({"direction": "inbound"}, [1, 3]),
        ({"direction": "outbound"}, [2, 4]),
        ({"cdp": "braze"}, [3, 4]),
        ({"connection": CONNECTION}, [1, 2]),
        ({"connection": CONNECTION, "direction": "outbound"}, [2]),
        ({"project": "shop"}, [1, 2, 3, 4]),
        ({"failure": "transient"}, [4]),
        ({"since_ms": START + 2 * SECOND}, [2, 3, 4]),
        ({"until_ms": START + 3 * SECOND}, [1, 2]),
        ({"since_ms": START + 2 * SECOND, "until_ms": START + 2 * SECOND + 1}, [2]),
    ],
)
def test_letters_are_found_by_filters_in_the_order_of_acceptance(
    world: World, wanted: dict[str, Any], numbers: list[int]
) -> None:
    store = world.hub.store
    bury_event(store, 4, "braze-1", failure=FailureClass.TRANSIENT)
    bury_command(store, upsert(3, connection="braze-1", name="Ada"))
    bury_event(store, 2)
    bury_command(store, upsert(1, name="Ada"))
    found = [one.letter.key for one in find(world.hub, Wanted(**wanted))]
    assert [int(key[:13]) for key in found] == [START + number * SECOND for number in numbers]


@pytest.mark.parametrize("wanted", [{"project": "mill"}, {"cdp": "iterable"}, {"connection": "segment-2"}])
def test_a_filter_that_means_no_connection_is_a_mistake(world: World, wanted: dict[str, Any]) -> None:
    with pytest.raises(WrongInputError, match="no connection is meant"):
        find(world.hub, Wanted(**wanted))


def test_g7_an_expired_letter_is_none_although_dynamodb_has_not_deleted_it(world: World) -> None:
    bury_command(world.hub.store, upsert(1, name="Ada"))
    world.pass_time(KEEP_MS)
    assert not list(find(world.hub, Wanted()))


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (SECRET_REASON, "400"),
        ("HTTP 503: <html>Ada", "503"),
        ("customer_backlog_full", "customer_backlog_full"),
        ("Ada", ""),
        ("ada lovelace is no name", ""),
        ("4000 Ada", ""),
    ],
)
def test_g7_only_what_quotes_nobody_is_told(world: World, reason: str, status: str) -> None:
    bury_command(world.hub.store, track(1, name="Ada"), reason=reason)
    (found,) = find(world.hub, Wanted())
    shown = told(found, reasons=False)
    assert shown["status"] == status
    assert "ada" not in json.dumps(shown).lower()
    assert told(found, reasons=True) == shown | {"reason": reason}


def test_a_letter_is_told_by_its_times_ids_and_kind(world: World) -> None:
    bury_event(world.hub.store, 2)
    (found,) = find(world.hub, Wanted())
    assert told(found, reasons=False) == {
        "accepted": "2026-09-21T14:13:22.000Z",
        "project": "shop",
        "connection": CONNECTION,
        "direction": "outbound",
        "what": "customer.rewarded",
        "failure": "invalid",
        "status": "400",
        "attempts": 3,
        "died": "2026-09-21T14:13:20.000Z",
        "trace_id": "trace2",
    }


def test_letters_go_back_to_their_queues_and_are_gone(world: World) -> None:
    bury_event(world.hub.store, 2)
    bury_event(world.hub.store, 3, "braze-1")
    bury_command(world.hub.store, upsert(1, name="Ada"))
    assert replay(world) == ["send"] * 3
    assert [body["trace_id"] for body in world.queues.bodies("deliver-segment")] == ["trace2"]
    assert [body["trace_id"] for body in world.queues.bodies("deliver-braze")] == ["trace3"]
    assert [command["order"] for body in world.queues.bodies("apply") for command in body["commands"]] == [at(1)]
    assert keys(world) == keys(world, "braze-1") == []


def test_g1_what_could_not_be_sent_stays(world: World) -> None:
    letters = [bury_command(world.hub.store, upsert(number, name="Ada")) for number in (1, 2)]
    world.queues.broken = True
    with pytest.raises(QueueError):
        replay(world)
    assert keys(world) == [letter.key for letter in letters]


def test_g1_what_dies_again_before_its_letter_is_deleted_is_a_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may be quicker than the replay, and writes its letter in the same place."""
    letter = bury_command(world.hub.store, upsert(1, name="Ada"))
    again = letter.model_copy(update={"last_ms": letter.last_ms + 1})
    monkeypatch.setattr(world.queues, "send", lambda *_: bury(world.hub.store, again))
    assert replay(world) == ["send"]
    assert keys(world) == [letter.key]


def test_what_is_superseded_stays_unless_forced(world: World) -> None:
    letter = bury_command(world.hub.store, upsert(1, name="Ada"))
    put_customer(world, row(applied={"name": at(2)}))
    assert replay(world) == ["superseded"]
    assert keys(world) == [letter.key]
    assert not world.queues.sent["apply"]
    world.pass_time(9 * SECOND)
    assert replay(world, force=True) == ["send"]
    (body,) = world.queues.bodies("apply")
    moved = replayed(upsert(1, name="Ada"), moved_to=9)
    assert body["commands"][0]["order"] == moved.order.replace("trace9", "trace1")
    assert body["commands"][0]["replay_of"] == at(1)
    assert keys(world) == []


@pytest.mark.parametrize("force", [False, True])
def test_g7_what_is_about_a_customer_erased_since_is_deleted_unsent(world: World, force: bool) -> None:
    bury_command(world.hub.store, upsert(1, name="Ada"))
    bury_event(world.hub.store, 2)
    bury_event(world.hub.store, 4)
    put_customer(world, Row(erased=at(3)))
    assert replay(world, force=force) == ["erased", "erased", "send"]
    assert [body["trace_id"] for body in world.queues.bodies("deliver-segment")] == ["trace4"]
    assert not world.queues.sent["apply"]
    assert keys(world) == []


def test_an_old_tombstone_is_none(world: World) -> None:
    bury_command(world.hub.store, upsert(1, name="Ada"))
    put_customer(world, Row(erased=at(3), erased_until=START))
    assert replay(world) == ["send"]


def test_nothing_is_sent_to_a_connection_that_is_off(world: World) -> None:
    bury_event(world.hub.store, 1)
    world.add_connection(CONNECTION, state="off")
    assert replay(world) == ["connection off"]
    assert len(keys(world)) == 1


def test_g1_a_connection_that_is_switched_off_during_a_replay_loses_no_letters(world: World) -> None:
    for number in (1, 2, 3):
        bury_event(world.hub.store, number)
    outcomes = Replay(world.hub, False, 5).run(list(find(world.hub, Wanted())))
    assert next(outcomes) == "send"
    world.add_connection(CONNECTION, state="off")
    assert list(outcomes) == ["connection off", "connection off"]
    assert len(keys(world)) == 2


def test_nothing_is_sent_to_a_connection_that_is_removed_during_a_replay(world: World) -> None:
    bury_event(world.hub.store, 1)
    letters = list(find(world.hub, Wanted()))
    world.hub.store.connections.delete_connection(PROJECT, CONNECTION)
    assert list(Replay(world.hub, False, 5).run(letters)) == ["connection off"]
    assert not world.queues.sent


def test_g6_letters_are_spread_over_time_and_what_is_not_sent_costs_none(world: World) -> None:
    for number in (1, 2, 3):
        bury_event(world.hub.store, number)
    bury_event(world.hub.store, 0, "braze-1")
    world.add_connection("braze-1", cdp="braze", state="off")
    replay(world, per_second=0.5)
    assert world.clock.now == START + 4 * SECOND


def test_a_look_ahead_sends_and_deletes_nothing(world: World) -> None:
    bury_event(world.hub.store, 1)
    bury_event(world.hub.store, 4)
    put_customer(world, Row(erased=at(3)))
    assert list(Replay(world.hub, False, 5).judged(find(world.hub, Wanted()))) == ["erased", "send"]
    assert len(keys(world)) == 2
    assert not world.queues.sent
