"""Refusals: only the bad command dies, and its dead letter is written first (G1)."""

import pytest

from cdphub.clock import DAY
from cdphub.failures import FailureClass
from cdphub.replay import command_of
from cdphub.schema import Command
from cdphub.store.outbox import DEAD, DONE, EventItem
from tests.builders import CONNECTION, at, join, track, upsert
from tests.voucherify.bench import Bench

BAD = "not a date"


def test_g1_a_refused_command_is_a_dead_letter_with_all_that_is_needed_to_send_it_again(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.apply(upsert(1, birthdate=BAD))
    (letter,) = bench.dead()
    assert letter.failure is FailureClass.INVALID
    assert letter.reason == "400 invalid_payload Invalid payload"
    assert (letter.connection, letter.customer) == (CONNECTION, bench.pk())
    assert letter.key.startswith(at(1) + "#fields#")
    assert command_of(letter) == upsert(1, birthdate=BAD)
    assert (letter.attempts, letter.first_ms, letter.last_ms) == (1, bench.clock.now, bench.clock.now)
    assert not bench.row().has_work()
    assert '"Dead":[1.0]' in capsys.readouterr().out


def test_g1_the_dead_letter_comes_before_the_command_is_removed(bench: Bench) -> None:
    bench.fail(400, count=1)
    bench.apply(track(1))
    assert "POST /v1/events 400" in bench.log[:-3]
    assert bench.log[-3:] == ["put", "end_event", "write_customer"]


def test_of_a_refused_call_with_several_commands_only_the_bad_one_dies(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"), upsert(2, birthdate=BAD), upsert(3, phone="5"), track(4, "Bought"))
    assert bench.calls() == [
        "/v1/events 400",
        "/v1/customers 200",
        "/v1/customers 400",
        "/v1/customers 200",
        "/v1/events 200",
    ]
    assert [body.get("name") or body.get("phone") for body in bench.bodies()[1:]] == ["Ada", None, "5", None]
    assert [command_of(letter) for letter in bench.dead()] == [upsert(2, birthdate=BAD)]
    assert bench.profile()["phone"] == "5"
    assert not bench.row().split


def test_an_event_that_is_refused_alone_dies_and_its_fields_and_neighbours_do_not(bench: Bench) -> None:
    bench.fail(400, match="/v1/events", count=2)
    bench.apply(track(1, "bad", name="Ada", properties={"amount": 5}), track(2, "good"))
    assert bench.events() == ["good"]
    assert bench.profile()["name"] == "Ada"
    (letter,) = bench.dead()
    assert command_of(letter) == track(1, "bad", properties={"amount": 5})


def test_g2_a_refused_value_gives_way_to_the_one_it_replaced(bench: Bench) -> None:
    bench.apply(upsert(1, birthdate="1815-12-10"), upsert(2, birthdate=BAD))
    assert bench.profile()["birthdate"] == "1815-12-10"
    assert len(bench.dead()) == 1


def test_g3_a_refused_command_does_not_come_back_with_its_second_copy(bench: Bench) -> None:
    commands: list[Command] = [upsert(1, birthdate=BAD), track(2, "bad", sender_id="msg-1")]
    bench.fail(400)
    bench.apply(*commands)
    bench.heal()
    calls = len(bench.calls())
    bench.apply(*commands, receives=2)
    assert len(bench.calls()) == calls


@pytest.mark.parametrize(("refused", "status"), [(False, DONE), (True, DEAD)])
def test_g3_g7_an_ended_event_is_known_without_its_body_for_as_long_as_a_copy_can_come(
    bench: Bench, refused: bool, status: str
) -> None:
    if refused:
        bench.fail(400)
    bench.apply(track(1))
    bench.later(14 * DAY)
    copy = bench.store.outbox.put_event(bench.pk(), at(1), at(1), "{}", bench.clock.now)
    assert copy == EventItem(at(1), status, None)


def test_a_refused_list_is_a_dead_letter_of_its_own(bench: Bench) -> None:
    bench.fail(400, match="POST /v1/customers", count=1)
    bench.apply(join(1, "vip"))
    (letter,) = bench.dead()
    assert letter.key == at(1) + "#list#segmentGroups"
    assert command_of(letter) == join(1, "vip")


@pytest.mark.parametrize("lists", [("segmentGroups",), ("segmentGroups", "brazeAudiences")])
def test_lists_that_may_not_be_read_die_one_by_one(bench: Bench, lists: tuple[str, ...]) -> None:
    bench.fail(403, match="GET /v1/customers/")
    bench.apply(upsert(1, name="Ada"), *(join(2 + n, "vip", list_name=name) for n, name in enumerate(lists)))
    assert {letter.failure for letter in bench.dead()} == {FailureClass.CONFIG}
    assert len(bench.dead()) == len(lists)
    assert bench.profile()["name"] == "Ada"
