"""What Braze's replies mean."""

import json
from typing import Any

import pytest

from braze.deliver import VENDOR
from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbound.outcome import DONE, Outcome
from cdphub.outbound.rounds import Item
from tests.builders import START
from tests.fakes import PROJECT, FakeVendor, World


def item(number: int) -> Item:
    event = Event(
        key=f"k{number}",
        type="customer.rewarded",
        id=f"ev_{number}",
        occurred_at="2026-01-01T00:00:00.000Z",
        customer=Person(source_id=f"u{number}"),
        data={},
    )
    return Item(
        f"m{number}",
        Delivery(trace_id=f"t{number}", project=PROJECT, connection="braze", accepted_ms=number, event=event),
    )


def reply(status: int, body: Any = None, **headers: str) -> HttpReply:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(status, {name.replace("_", "-"): value for name, value in headers.items()}, text)


def judged(answer: HttpReply) -> Outcome:
    return VENDOR.judge(answer, VENDOR.profile.failures)


@pytest.mark.parametrize(
    "answer",
    [
        reply(201, {"message": "success", "events_processed": 1}),
        reply(200, {"message": "success"}),
        reply(202, {"message": "queued"}),
        reply(201, {"message": "success", "errors": [{"type": "bad", "input_array": "events", "index": 0}]}),
        reply(200, b""),
    ],
)
def test_taken(answer: HttpReply) -> None:
    assert judged(answer) == DONE


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reply(400, {"message": "Bad Request", "errors": []}), FailureClass.INVALID),
        (reply(200, {"message": "Invalid request", "errors": ["no"]}), FailureClass.INVALID),
        (reply(201, {"message": "failure"}), FailureClass.INVALID),
        (reply(200, {"errors": ["no"]}), FailureClass.INVALID),
        (reply(413, {"message": "Request Entity Too Large"}), FailureClass.INVALID),
        (reply(401, {"message": "Invalid API key"}), FailureClass.AUTH),
        (reply(403, {"message": "Forbidden"}), FailureClass.AUTH),
        (reply(404, {"message": "Not Found"}), FailureClass.AUTH),
        (reply(429, {"message": "Rate Limited"}), FailureClass.THROTTLE),
        (reply(500, {"message": "Internal Server Error"}), FailureClass.TRANSIENT),
        (reply(503, b"<html>"), FailureClass.IN_DOUBT),
        (reply(500, ["message"]), FailureClass.IN_DOUBT),
        (reply(302, b""), FailureClass.TRANSIENT),
    ],
)
def test_not_taken(answer: HttpReply, failure: FailureClass) -> None:
    assert judged(answer).failure is failure


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x_ratelimit_reset": str(START // 1000 + 3)}, 3),
        ({"x_ratelimit_reset": str(START // 1000 - 60)}, 1),
        ({"x_ratelimit_reset": "soon"}, None),
        ({"x_ratelimit_retry_after": "120", "x_ratelimit_reset": str(START // 1000 + 3)}, 120),
        ({"retry_after": "7"}, 7),
        ({}, None),
    ],
)
def test_when_to_come_again(world: World, headers: dict[str, str], seconds: int | None) -> None:
    assert clock.now_ms() == START
    assert judged(reply(429, {}, **headers)).wait_ms == (None if seconds is None else seconds * 1000)


def test_events_are_refused_by_their_places() -> None:
    errors = [{"type": "'name' is required", "input_array": "events", "index": 1}]
    told = VENDOR.apart(reply(201, {"message": "success", "errors": errors}), [item(0), item(1)])
    assert told == {1: Outcome(FailureClass.INVALID, "'name' is required")}


@pytest.mark.parametrize("error", ["bad", {"type": "bad"}, {"type": "bad", "input_array": "purchases", "index": 0}])
def test_an_error_about_a_request_of_one_event_is_about_that(error: Any) -> None:
    told = VENDOR.apart(reply(201, {"message": "success", "errors": [error]}), [item(0)])
    assert told == {0: Outcome(FailureClass.INVALID, "bad")}


@pytest.mark.parametrize(
    "error",
    [
        "bad",
        {"type": "bad"},
        {"type": "bad", "input_array": "events", "index": 2},
        {"type": "bad", "input_array": "events", "index": "0"},
        {"type": "bad", "input_array": "purchases", "index": 0},
    ],
)
def test_an_error_that_names_no_event_is_counted(error: Any, capsys: pytest.CaptureFixture[str]) -> None:
    told = VENDOR.apart(reply(201, {"message": "success", "errors": [error]}), [item(0), item(1)])
    assert (told, '"RefusedUnplaced":[1.0]' in capsys.readouterr().out) == ({}, True)


def sent(braze: FakeVendor) -> list[list[str]]:
    """Whom the requests were about."""
    return [[each["external_id"] for each in json.loads(it.body or b"")["events"]] for it in braze.requests]


def deliver(world: World, braze: FakeVendor, events: int) -> None:
    """Brings so many events, by a new worker."""
    records = [{"messageId": it.message_id, "body": it.delivery.model_dump_json()} for it in map(item, range(events))]
    deliverer = Deliverer(VENDOR, world.hub, braze)
    assert deliverer.deliver(records, clock.now_ms() + MINUTE) == {"batchItemFailures": []}


@pytest.fixture
def world_with_braze(world: World) -> World:
    connection = world.add_connection("braze", "braze", settings={"instance": "fra-01"})
    world.add_secrets(connection, rest_api_key="key")
    return world


def test_a_request_has_fifty_events_at_most(world_with_braze: World) -> None:
    braze = FakeVendor(lambda _: reply(201, {"message": "success"}))
    deliver(world_with_braze, braze, 100)
    assert [len(users) for users in sent(braze)] == [50, 50]


def test_g3_of_a_request_that_braze_took_in_part_no_event_is_sent_twice(world_with_braze: World) -> None:
    errors = [{"type": "bad", "input_array": "events", "index": 1}]
    braze = FakeVendor(lambda _: reply(201, {"message": "success", "errors": errors}))
    for _ in range(2):
        deliver(world_with_braze, braze, 3)
    assert sent(braze) == [["u0", "u1", "u2"], ["u1"]]
