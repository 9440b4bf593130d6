"""Outbound delivery, over Segment's vendor part (G1, G3, G5)."""

from dataclasses import replace
from typing import Any, NoReturn

import pytest

from cdphub import clock, order
from cdphub.clock import HOUR, MINUTE
from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound.breaker import OUTAGE_FAILURES
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import Outcome
from cdphub.outbound.rounds import GUARD_MS
from cdphub.outbound.vendor import Vendor
from cdphub.store.backlog import DEAD, HELD
from cdphub.times import utc
from segment.deliver import VENDOR
from tests.builders import START
from tests.cdphub.outbound.stack import QUEUE, Answer, Stack, always, delivery, event, no_reply, record, refusing, users
from tests.fakes import World


def test_the_events_of_a_connection_go_in_one_request(world: World) -> None:
    stack = Stack(world)
    assert stack.deliver(*(delivery(number) for number in range(100))) == []
    assert stack.sent_users() == [[f"u{number}" for number in range(100)]]
    assert not stack.again()


def test_g5_connections_are_served_apart_and_one_that_fails_stops_no_other(world: World) -> None:
    stack = Stack(world, refusing("sick key", 503))
    stack.connect("sick")
    assert stack.deliver(delivery(1, "sick"), delivery(2), delivery(3, "sick")) == []
    assert sorted(stack.sent_users()) == [["u1", "u3"], ["u2"]]
    assert [again.connection for again, _ in stack.again()] == ["sick", "sick"]


def test_a_connection_that_is_off_or_gone_is_ignored(world: World) -> None:
    stack = Stack(world)
    stack.connect("off", state="off")
    assert stack.deliver(delivery(1, "off"), delivery(2, "gone")) == []
    assert not stack.segment.requests
    assert not stack.again()


def test_g1_a_paused_connections_events_are_held_as_if_never_tried(world: World) -> None:
    stack = Stack(world)
    stack.connect(state="paused")
    assert stack.deliver(delivery(1, attempts=3, first_ms=1)) == []
    assert not stack.segment.requests
    [held] = stack.rows(HELD)
    assert (held["queue"], Delivery.model_validate(held["body"])) == (QUEUE, delivery(1))


@pytest.mark.parametrize(
    "answer", [always(500), always(408), always(302), no_reply(written=False), no_reply(written=True)]
)
def test_g1_what_may_work_later_is_put_back_before_it_is_acknowledged(world: World, answer: Answer) -> None:
    stack = Stack(world, answer)
    assert stack.deliver(delivery(1)) == []
    [(again, seconds)] = stack.again()
    assert (again.attempts, again.first_ms) == (1, clock.now_ms())
    assert again.event == delivery(1).event
    assert 0 < seconds <= 4
    assert not stack.rows(DEAD)


def test_waits_grow_to_a_quarter_of_an_hour(world: World) -> None:
    world.clock.chance = 0.999
    for attempts in (0, 5, 50):
        stack = Stack(world, always(500))
        stack.deliver(delivery(1, attempts=attempts, first_ms=clock.now_ms()))
    waits = [seconds for _, seconds in stack.again()]
    assert waits == sorted(waits)
    assert 890 < waits[-1] <= 900


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "60"}, 63),
        ({"x-ratelimit-reset": "20"}, 21),
        ({"retry-after": "86400"}, 900),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 2),
    ],
)
def test_a_vendor_may_say_how_long_to_wait(world: World, headers: dict[str, str], seconds: int) -> None:
    stack = Stack(world, always(429, headers))
    stack.deliver(delivery(1))
    assert [round(wait) for _, wait in stack.again()] == [seconds]


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"retry-after": "60"}, 63), ({"x-ratelimit-reset": "900"}, 2), ({}, 2)]
)
def test_when_a_limit_begins_anew_says_nothing_of_another_failure(
    world: World, headers: dict[str, str], seconds: int
) -> None:
    stack = Stack(world, always(500, headers))
    stack.deliver(delivery(1))
    assert [round(wait) for _, wait in stack.again()] == [seconds]


def test_after_a_failure_of_the_vendor_the_rest_of_the_connection_waits_too(world: World) -> None:
    stack = Stack(world, always(429, {"retry-after": "60"}))
    data = {"validation": {"id": "1", "note": "x" * 30_000}}
    many = [delivery(number).model_copy(update={"event": event(number, data)}) for number in range(40)]
    assert stack.deliver(*many) == []
    assert len(stack.segment.requests) == 1
    assert len(stack.again()) == 40


@pytest.mark.parametrize(("status", "failure"), [(400, "invalid"), (413, "invalid"), (402, None)])
def test_g1_what_never_will_work_leaves_a_dead_letter_that_can_be_sent_again(
    world: World, status: int, failure: str | None
) -> None:
    stack = Stack(world, always(status, body=b'{"message":"no"}'))
    assert stack.deliver(delivery(1)) == []
    letters = stack.rows(DEAD)
    assert [letter["failure"] for letter in letters] == ([failure] if failure else [])
    for letter in letters:
        assert letter["reason"] == f'HTTP {status}: {{"message":"no"}}'
        assert (letter["attempts"], letter["first_ms"], letter["last_ms"]) == (1, clock.now_ms(), clock.now_ms())
        assert Delivery.model_validate(letter["payload"]).event == delivery(1).event


def test_g1_what_is_said_twice_of_one_event_is_one_row(world: World) -> None:
    stack = Stack(world, always(400))
    stack.deliver(delivery(1))
    stack.deliver(delivery(1))
    assert len(stack.rows(DEAD)) == 1
    stack.connect(state="paused")
    world.pass_time(MINUTE)
    stack.deliver(delivery(1))
    stack.deliver(delivery(1, attempts=1, first_ms=1))
    assert len(stack.rows(HELD)) == 1


@pytest.mark.parametrize(("state", "prefix"), [("live", DEAD), ("paused", HELD)])
def test_g7_an_erasure_finds_what_it_covers_in_the_backlog(world: World, state: str, prefix: str) -> None:
    stack = Stack(world, always(400))
    stack.connect(state=state)
    stack.deliver(delivery(1), delivery(2))
    backlog, first = world.hub.store.backlog, delivery(1)
    assert first.customer
    before = order.place(START + 1, "t1", 1)
    [(connection, key)] = backlog.list_customer(first.customer, prefix, before)
    assert (connection, key.startswith(prefix + first.key)) == ("segment", True)
    assert list(backlog.list_customer(first.customer, prefix, order.place(START, "t1", 1))) == []


def test_one_bad_event_dies_alone(world: World) -> None:
    stack = Stack(world, lambda request: HttpReply(400 if "u37" in users(request) else 200, {}, b""))
    assert stack.deliver(*(delivery(number) for number in range(100))) == []
    assert [letter["payload"]["trace_id"] for letter in stack.rows(DEAD)] == ["t37"]
    accepted = [user for users_ in stack.sent_users() if "u37" not in users_ for user in users_]
    assert sorted(accepted) == sorted({f"u{number}" for number in range(100)} - {"u37"})


def test_g1_what_a_request_that_was_taken_says_of_single_events_is_theirs_alone(world: World) -> None:
    told = {
        1: Outcome(FailureClass.TRANSIENT, "busy"),
        2: Outcome(FailureClass.INVALID, "no id"),
        3: Outcome(FailureClass.THROTTLE, "slower", wait_ms=60_000),
    }
    stack = Stack(world, vendor=replace(VENDOR, apart=lambda *_: told))
    for _ in range(OUTAGE_FAILURES):
        assert stack.deliver(*(delivery(number) for number in range(5))) == []
        assert [again.trace_id for again, _ in stack.again()] == ["t1", "t3"]
        assert [again.attempts for again in stack.take()] == [1, 1]
    assert [letter["reason"] for letter in stack.rows(DEAD)] == ["no id"]
    assert stack.pause() is None


def fail(*_: object) -> NoReturn:
    raise TypeError("'int' object is not iterable")


@pytest.mark.parametrize("vendor", [replace(VENDOR, judge=fail), replace(VENDOR, apart=fail)], ids=["judge", "apart"])
def test_g1_a_reply_of_another_form_than_documented_leaves_its_events_in_doubt(
    world: World, vendor: Vendor[Any, Any]
) -> None:
    stack = Stack(world, vendor=vendor)
    assert stack.deliver(delivery(1), delivery(2, attempts=9, first_ms=clock.now_ms() - 24 * HOUR)) == []
    assert [(again.trace_id, again.attempts) for again, _ in stack.again()] == [("t1", 1)]
    [letter] = stack.rows(DEAD)
    assert (letter["failure"], letter["reason"]) == ("in_doubt", "HTTP 200: the reply is not understood")


def test_g1_after_a_day_of_trying_an_event_is_dead(world: World) -> None:
    stack = Stack(world, always(500))
    stack.deliver(delivery(1, attempts=90, first_ms=clock.now_ms() - 24 * HOUR + 1))
    assert len(stack.again()) == 1
    stack.deliver(delivery(2, attempts=90, first_ms=clock.now_ms() - 24 * HOUR))
    [letter] = stack.rows(DEAD)
    assert (letter["payload"]["trace_id"], letter["failure"], letter["attempts"]) == ("t2", "transient", 91)


def test_g1_what_is_older_than_the_connection_wants_is_dead_and_says_why(world: World) -> None:
    stack = Stack(world)
    stack.connect(settings={"max_event_age": 2})
    old, young = (
        delivery(number).model_copy(update={"event": event(number).model_copy(update={"occurred_at": utc(at)})})
        for number, at in ((1, START - 2 * HOUR - 1), (2, START - 2 * HOUR))
    )
    assert stack.deliver(old, young) == []
    assert stack.sent_users() == [["u2"]]
    [letter] = stack.rows(DEAD)
    assert (letter["payload"]["trace_id"], letter["failure"]) == ("t1", "invalid")
    assert "max_event_age" in letter["reason"]


def test_nothing_starts_that_may_not_end_in_time(world: World) -> None:
    stack = Stack(world)
    assert stack.deliver(delivery(1), time_left_ms=GUARD_MS - 1) == []
    assert not stack.segment.requests
    assert stack.again() == [(delivery(1), 0)]


def test_g1_what_cannot_be_put_back_comes_again_by_itself(world: World) -> None:
    stack = Stack(world, lambda request: HttpReply(200 if users(request) == ["u1"] else 503, {}, b""))
    stack.connect("sick")
    world.queues.broken = True
    assert stack.deliver(delivery(1), delivery(2, "sick")) == ["t2"]


def test_a_batch_that_fails_altogether_raises_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(world)

    def broken(*_: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(world.hub.store.connections, "read_connection", broken)
    assert stack.deliver(delivery(1), delivery(2)) == ["t1", "t2"]


def test_a_message_of_another_version_goes_back(world: World) -> None:
    stack = Stack(world)
    future = {"messageId": "m", "body": record(delivery(1))["body"].replace('"v":1', '"v":2')}
    reply = stack.deliverer.deliver([future], clock.now_ms() + MINUTE)
    assert reply == {"batchItemFailures": [{"itemIdentifier": "m"}]}


def test_g3_an_event_has_the_same_id_at_every_attempt_and_another_for_every_connection() -> None:
    assert delivery(1).id == delivery(1, attempts=3, first_ms=5).id
    assert len({delivery(1).id, delivery(2).id, delivery(1, "other").id}) == 3
