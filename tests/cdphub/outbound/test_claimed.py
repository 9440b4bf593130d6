"""Events of a CDP that does not drop repeats (G3): Segment's vendor part, as if Segment did not."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.clock import DAY, MINUTE, SECOND
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.outbound.claimed import SLACK_MS
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbound.rounds import GUARD_MS, Limits
from cdphub.store.backlog import DEAD
from segment.deliver import VENDOR
from tests.fakes import PROJECT, FakeVendor, World

QUEUE = "deliver-segment"
INVOCATION_MS = MINUTE
REPEAT_POSSIBLE = '"RepeatPossible":[1.0]'
Answer = Callable[[HttpRequest], HttpReply]


class Killed(BaseException):
    """The worker is gone."""


def delivery(number: int = 1, **named: Any) -> Delivery:
    event = Event(
        key=f"customer.validation.succeeded:{number}",
        type="customer.validation.succeeded",
        id=f"ev_{number}",
        occurred_at="2026-01-01T00:00:00.000Z",
        customer=Person(source_id=f"u{number}"),
        data={},
    )
    return Delivery(
        trace_id=f"t{number}", project=PROJECT, connection="segment", accepted_ms=number, event=event, **named
    )


def says(status: int) -> Answer:
    return lambda _: HttpReply(status, {}, b"")


def lost(*, written: bool) -> Answer:
    def answer(_: HttpRequest) -> HttpReply:
        raise NoReplyError("ReadTimeout", written=written)

    return answer


def killed(_: HttpRequest) -> HttpReply:
    raise Killed


class Bench:
    """A world with one connection; every worker is an instance of its own, and all meet the same vendor."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.vendor = FakeVendor(says(200))
        self.limits = VENDOR.limits
        self.world.add_secrets(self.world.add_connection(), write_key="key")

    def deliver(self, *deliveries: Delivery, time_left_ms: int = INVOCATION_MS) -> list[Any]:
        """By a new worker; gives the messages that must come again."""
        vendor = replace(VENDOR, deduplicates=False, limits=self.limits)
        worker = Deliverer(vendor, self.world.hub, self.vendor)
        records = [{"messageId": f"m{index}", "body": each.model_dump_json()} for index, each in enumerate(deliveries)]
        failures = worker.deliver(records, clock.now_ms() + time_left_ms)["batchItemFailures"]
        assert isinstance(failures, list)
        return failures

    def try_with(self, answer: Answer) -> None:
        """One attempt that the vendor answers so; afterwards it says yes."""
        self.vendor.answer = answer
        assert self.deliver(delivery()) == []
        self.vendor.answer = says(200)

    def sent(self) -> list[list[str]]:
        """Whom the requests were about."""
        return [
            [each["userId"] for each in json.loads(request.body or b"")["batch"]] for request in self.vendor.requests
        ]

    def again(self) -> list[tuple[Delivery, float]]:
        """Takes what was put back, with the delay in seconds."""
        messages = self.world.queues.sent.pop(QUEUE, [])
        return [(Delivery.model_validate(message.body), message.delay_seconds) for message in messages]

    def dead(self) -> list[Delivery]:
        rows = self.world.hub.store.backlog.list("segment", DEAD)
        return [Delivery.model_validate(json.loads(row.text)["payload"]) for row in rows]


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world)


def test_g3_an_event_that_is_in_a_batch_twice_is_sent_once(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.deliver(delivery(), delivery(2), delivery()) == []
    assert bench.sent() == [["u1", "u2"]]
    [(again, seconds)] = bench.again()
    assert again == delivery()
    assert 30 <= seconds <= 33
    bench.world.pass_time(int(seconds * SECOND))
    assert bench.deliver(again) == []
    assert (bench.sent(), bench.again()) == ([["u1", "u2"]], [])
    assert '"Ignored":[1.0]' in capsys.readouterr().out


def test_g3_an_event_that_two_workers_have_at_once_is_sent_once(bench: Bench) -> None:
    def answer(_: HttpRequest) -> HttpReply:
        assert bench.deliver(delivery()) == []
        return HttpReply(200, {}, b"")

    bench.try_with(answer)
    assert bench.sent() == [["u1"]]
    assert [again for again, _ in bench.again()] == [delivery()]


def test_g3_an_event_that_was_delivered_is_dropped_for_seven_days(bench: Bench) -> None:
    bench.try_with(says(200))
    bench.world.pass_time(7 * DAY - 1)
    assert bench.deliver(delivery(attempts=3, first_ms=0)) == []
    assert (bench.sent(), bench.again()) == ([["u1"]], [])
    bench.world.pass_time(1)
    bench.deliver(delivery())
    assert len(bench.sent()) == 2


@pytest.mark.parametrize("answer", [says(500), says(429), lost(written=False)])
def test_g3_an_event_that_was_not_delivered_may_be_tried_again_at_once(
    bench: Bench, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.try_with(answer)
    [(again, seconds)] = bench.again()
    bench.world.pass_time(int(seconds * SECOND))
    assert bench.deliver(again) == []
    assert (bench.sent(), bench.again()) == ([["u1"], ["u1"]], [])
    assert "RepeatPossible" not in capsys.readouterr().out


@pytest.mark.parametrize("answer", [lost(written=True), says(504)])
def test_g3_a_repeat_after_an_answer_in_doubt_is_counted(
    bench: Bench, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.try_with(answer)
    assert capsys.readouterr().out.count(REPEAT_POSSIBLE) == 1
    [(again, _)] = bench.again()
    bench.deliver(again)
    assert len(bench.sent()) == 2
    assert "RepeatPossible" not in capsys.readouterr().out


def test_g3_what_was_not_sent_after_an_answer_in_doubt_is_not_counted(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.vendor.answer = lost(written=True)
    bench.limits = Limits(events=1, bytes=1_000_000)
    bench.deliver(delivery(), delivery(2), delivery(3))
    assert (bench.sent(), len(bench.again())) == ([["u1"]], 3)
    assert capsys.readouterr().out.count(REPEAT_POSSIBLE) == 1


def test_g3_it_is_counted_before_anybody_may_send_the_event_again(
    bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed_at(_: str) -> None:
        raise Killed

    monkeypatch.setattr(bench.world.hub.store.state, "remove", killed_at)
    with pytest.raises(Killed):
        bench.try_with(lost(written=True))
    assert REPEAT_POSSIBLE in capsys.readouterr().out


def test_g3_an_event_there_was_no_time_for_is_released(bench: Bench) -> None:
    bench.deliver(delivery(), time_left_ms=GUARD_MS - 1)
    [(again, seconds)] = bench.again()
    assert (bench.sent(), seconds) == ([], 0)
    bench.deliver(again)
    assert bench.sent() == [["u1"]]


def test_g3_a_dead_event_is_sent_by_a_replay_and_then_no_more(bench: Bench) -> None:
    bench.try_with(says(400))
    [dead] = bench.dead()
    replayed = dead.model_copy(update={"attempts": 0, "first_ms": None})
    bench.deliver(replayed)
    bench.deliver(replayed)
    assert (bench.sent(), bench.again()) == ([["u1"], ["u1"]], [])


def test_g3_the_bad_event_of_a_request_is_released_and_its_neighbours_are_done(bench: Bench) -> None:
    bench.vendor.answer = lambda request: HttpReply(400 if b'"u2"' in (request.body or b"") else 200, {}, b"")
    three = [delivery(number) for number in (1, 2, 3)]
    bench.deliver(*three)
    bench.vendor.requests.clear()
    bench.vendor.answer = says(200)
    bench.deliver(*three)
    assert bench.sent() == [["u2"]]


def test_g3_after_a_kill_an_event_waits_until_the_claim_has_run_out(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Killed):
        bench.try_with(killed)
    bench.vendor.answer = says(200)
    bench.world.pass_time(INVOCATION_MS + SLACK_MS - 1)
    bench.deliver(delivery())
    assert [again for again, _ in bench.again()] == [delivery()]
    assert (len(bench.sent()), REPEAT_POSSIBLE in capsys.readouterr().out) == (1, False)
    bench.world.pass_time(1)
    bench.deliver(delivery())
    assert (len(bench.sent()), REPEAT_POSSIBLE in capsys.readouterr().out) == (2, True)
    bench.deliver(delivery())
    assert (len(bench.sent()), bench.again()) == (2, [])


def test_g1_an_event_that_cannot_be_claimed_comes_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise AwsError("DynamoDB: ReadTimeoutError")

    monkeypatch.setattr(bench.world.hub.store.state, "create", broken)
    assert bench.deliver(delivery()) == []
    monkeypatch.undo()
    [(again, seconds)] = bench.again()
    assert (bench.sent(), again, seconds >= 30) == ([], delivery(), True)
    bench.deliver(again)
    assert bench.sent() == [["u1"]]


@pytest.mark.parametrize(("answer", "door"), [(says(200), "put"), (says(503), "remove")])
def test_g3_a_claim_that_cannot_be_ended_changes_nothing_for_its_message(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, answer: Answer, door: str
) -> None:
    def broken(*_: object) -> None:
        raise AwsError("DynamoDB: ReadTimeoutError")

    monkeypatch.setattr(bench.world.hub.store.state, door, broken)
    # The first attempt's claim goes through `create`, which in memory writes by `put`.
    monkeypatch.setattr(bench.world.hub.store.state, "create", lambda *_: True)
    bench.try_with(answer)
    assert len(bench.sent()) == 1
    assert len(bench.again()) == (0 if door == "put" else 1)
