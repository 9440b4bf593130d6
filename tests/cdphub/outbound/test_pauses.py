"""A connection in trouble is left alone by all workers until its CDP takes events again (G1, G5)."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from cdphub.aws import AwsError
from cdphub.clock import HOUR, MINUTE, SECOND
from cdphub.connections import connection_parameter
from cdphub.http import HttpReply
from cdphub.outbound.breaker import OUTAGE_FAILURES, Breaker
from cdphub.outbound.rounds import GUARD_MS
from cdphub.pauses import PROBE_MS, Pause
from cdphub.secrets import Secrets
from cdphub.store.backlog import DEAD, HELD, PARKED
from tests.builders import START
from tests.cdphub.outbound.stack import Answer, Stack, always, delivery, no_reply, refusing
from tests.fakes import World


def with_pause(world: World, reason: str) -> Stack:
    """A stack whose only connection is paused for this reason, with nothing waiting."""
    stack = Stack(world, always({"auth": 401, "outage": 503, "throttle": 429}[reason], {"retry-after": "120"}))
    for number in range(OUTAGE_FAILURES):
        stack.deliver(delivery(number))
    pause = stack.pause()
    assert pause is not None
    assert pause.reason == reason
    for row in list(world.hub.store.backlog.list("segment", PARKED)):
        world.hub.store.backlog.delete("segment", row.key)
    stack.take()
    stack.segment.requests.clear()
    return stack


def test_a_key_refused_twice_pauses_the_connection_and_what_it_had_waits_as_if_never_tried(world: World) -> None:
    stack = Stack(world, always(401))
    assert stack.deliver(delivery(1, attempts=3, first_ms=1), delivery(2)) == []
    assert stack.sent_users() == [["u1", "u2"]] * 2
    assert stack.pause() == Pause(reason="auth", probe_at=START + PROBE_MS, version=1)
    assert stack.parked() == [delivery(1), delivery(2)]
    assert not stack.again()


@dataclass
class CachedSecrets:
    """Secrets of which an old copy is at hand."""

    inner: Secrets
    copy: dict[str, Any]

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        return self.inner.read(name) if not_older_than_ms else self.copy

    def write(self, name: str, value: dict[str, Any]) -> None:
        self.inner.write(name, value)

    def delete(self, name: str) -> None:
        self.inner.delete(name)


def test_a_key_that_was_just_replaced_costs_one_more_request_and_no_pause(world: World) -> None:
    stack = Stack(world, refusing("old key", 401))
    world.secrets.inner = CachedSecrets(world.secrets.inner, {"write_key": "old key"})
    assert stack.deliver(delivery(1)) == []
    assert len(stack.segment.requests) == 2
    assert stack.pause() is None
    assert not stack.parked()


def test_settings_are_read_anew_as_well(world: World) -> None:
    stack = Stack(world, lambda request: HttpReply(401 if "old" in request.url else 200, {}, b""))
    stack.connect(settings={"base_url": "https://old.example.com"})
    assert stack.deliver(delivery(1), time_left_ms=0) == []  # reads them, and has no time to send
    stack.connect(settings={"base_url": "https://new.example.com"})
    assert stack.deliver(delivery(2)) == []
    assert [request.url.split("/")[2] for request in stack.segment.requests] == ["old.example.com", "new.example.com"]
    assert stack.pause() is None


@pytest.mark.parametrize("settings", [{"region": "moon"}, {"base_url": "http://127.0.0.1"}])
def test_unusable_settings_pause_the_connection_until_they_are_put_right(
    world: World, settings: dict[str, Any]
) -> None:
    stack = Stack(world)
    stack.connect(settings=settings)
    assert stack.deliver(delivery(1)) == []
    assert not stack.segment.requests
    assert stack.parked() == [delivery(1)]
    stack.connect()
    world.pass_time(PROBE_MS)
    assert stack.deliver(delivery(1)) == []
    assert (stack.sent_users(), stack.pause()) == ([["u1"]], None)


def test_missing_credentials_pause_the_connection_until_they_are_added(world: World) -> None:
    world.add_connection("bare")
    stack = Stack(world)
    assert stack.deliver(delivery(1, "bare")) == []
    assert stack.parked("bare") == [delivery(1, "bare")]
    stack.connect("bare")
    world.pass_time(PROBE_MS)
    assert stack.deliver(*stack.parked("bare")) == []
    assert (stack.sent_users(), stack.pause("bare")) == ([["u1"]], None)


def test_g5_during_a_throttle_all_workers_leave_the_connection_alone(world: World) -> None:
    stack = Stack(world, always(429, {"retry-after": "60"}))
    stack.deliver(delivery(1))
    until = START + 63 * SECOND
    assert stack.pause() == Pause(reason="throttle", until=until, version=1)
    world.pass_time(5 * SECOND)
    stack.deliver(delivery(2, attempts=1), by=stack.new_worker())
    assert len(stack.segment.requests) == 1
    assert [(again.attempts, again.first_ms, seconds) for again, seconds in stack.again()] == [
        (1, START, 63),
        (1, START + 5 * SECOND, 58),
    ]
    world.pass_time(58 * SECOND)
    stack.segment.answer = always(200)
    assert stack.deliver(*stack.take()) == []
    assert stack.sent_users()[1:] == [["u1", "u2"]]


@pytest.mark.parametrize(("chance", "minutes"), [(0.0, 1), (0.5, 5), (0.999, 10)])
def test_what_was_put_off_for_long_comes_back_apart(world: World, chance: float, minutes: int) -> None:
    stack = Stack(world, always(429, {"retry-after": "60"}))
    world.clock.chance = 0.0
    stack.deliver(delivery(1))
    stack.take()
    world.clock.chance = chance
    stack.deliver(delivery(2, first_ms=START - 40 * MINUTE), delivery(3, first_ms=START - 23 * HOUR))
    assert [round(seconds / 60) for _, seconds in stack.again()] == [minutes, 1 if chance == 0 else 15]


def test_a_throttle_without_a_wait_lasts_a_second(world: World) -> None:
    stack = Stack(world, always(429, {"retry-after": "0"}))
    stack.deliver(delivery(1))
    assert [seconds for _, seconds in stack.again()] == [1]


@pytest.mark.parametrize("answer", [always(503), no_reply(written=True), no_reply(written=False)])
def test_g5_so_many_failures_in_a_row_are_an_outage_and_nothing_more_is_sent(world: World, answer: Answer) -> None:
    stack = Stack(world, answer)
    for number in range(OUTAGE_FAILURES):
        assert stack.pause() is None
        stack.deliver(delivery(number))
    assert stack.pause() == Pause(reason="outage", probe_at=START + PROBE_MS, version=1)
    assert len(stack.again()) == OUTAGE_FAILURES - 1
    assert stack.parked() == [delivery(OUTAGE_FAILURES - 1, attempts=1, first_ms=START)]
    for worker in (stack.deliverer, stack.new_worker()):
        stack.deliver(delivery(9), by=worker)
    assert len(stack.segment.requests) == OUTAGE_FAILURES
    assert stack.parked()[1:] == [delivery(9, first_ms=START)]


def test_g5_a_worker_sees_the_next_outage_too(world: World) -> None:
    stack = with_pause(world, "outage")
    world.pass_time(PROBE_MS)
    stack.segment.answer = always(200)
    stack.deliver(delivery(1), by=stack.new_worker())
    stack.segment.answer = always(503)
    world.pass_time(MINUTE)
    for number in range(OUTAGE_FAILURES):
        assert stack.pause() is None
        stack.deliver(delivery(number))
    assert stack.pause() is not None


@pytest.mark.parametrize("between", [always(200), always(400)])
def test_an_answer_in_between_ends_the_row_of_failures(world: World, between: Answer) -> None:
    stack = Stack(world)
    for answer in [always(503), always(503), between, always(503), always(503)]:
        stack.segment.answer = answer
        stack.deliver(delivery(1))
    assert stack.pause() is None


def test_pauses_are_counted_and_named_in_the_log(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    stack = with_pause(world, "outage")
    stack.segment.answer = always(200)
    world.pass_time(PROBE_MS)
    stack.deliver(delivery(1))
    lines = [line for line in capsys.readouterr().out.splitlines() if "ConnectionPaused" in line or "Resumed" in line]
    counted = [json.loads(line) for line in lines]
    assert [(line["cdp"], line["reason"]) for line in counted] == [("segment", "outage")] * 2
    told = [(record.message, record.__dict__["connection"]) for record in caplog.records]
    assert [line for line in told if line[0] != "attempt"] == [("paused", "segment"), ("resumed", "segment")]


@pytest.mark.parametrize("reason", ["auth", "outage"])
def test_g5_a_probe_is_one_request_a_minute_by_one_worker(world: World, reason: str) -> None:
    stack = with_pause(world, reason)
    workers = [stack.new_worker() for _ in range(3)]
    for minute in range(1, 4):
        world.pass_time(PROBE_MS)
        for worker in workers:
            many = [delivery(number) for number in range(100)]
            assert stack.deliver(*many, by=worker) == []
        assert len(stack.segment.requests) == minute
        assert not stack.again()
    assert len(stack.parked()) == 100


def test_g5_of_two_workers_that_find_a_probe_due_one_may_make_it(world: World) -> None:
    stack = with_pause(world, "outage")
    breakers = [Breaker("segment", world.hub.store.state) for _ in range(2)]
    world.pass_time(PROBE_MS)
    found = [breaker.pause("segment") for breaker in breakers]
    assert found == [stack.pause()] * 2
    assert [
        pause and breaker.claim_probe("segment", pause) for breaker, pause in zip(breakers, found, strict=True)
    ] == [
        True,
        False,
    ]


@pytest.mark.parametrize("reason", ["auth", "outage"])
@pytest.mark.parametrize("answer", [always(200), always(400)], ids=["taken", "a definite no"])
def test_a_probe_that_is_answered_ends_the_pause_and_the_rest_goes_on(
    world: World, reason: str, answer: Answer
) -> None:
    stack = with_pause(world, reason)
    stack.segment.answer = answer
    world.pass_time(PROBE_MS)
    assert stack.deliver(delivery(1), delivery(2)) == []
    assert stack.pause() is None
    assert not stack.parked()


def test_a_key_that_is_refused_at_the_end_of_an_outage_is_what_the_pause_is_about_from_then_on(world: World) -> None:
    stack = with_pause(world, "outage")
    stack.segment.answer = always(401)
    world.pass_time(PROBE_MS)
    stack.deliver(delivery(1, attempts=1, first_ms=START))
    pause = stack.pause()
    assert pause is not None
    assert pause.reason == "auth"
    assert stack.parked() == [delivery(1)]


def test_a_corrected_key_resumes_the_connection_without_any_other_action(world: World) -> None:
    stack = Stack(world, refusing("wrong key", 401))
    world.hub.secrets.write(connection_parameter("segment"), {"write_key": "wrong key"})
    stack.deliver(delivery(1))
    world.hub.secrets.write(connection_parameter("segment"), {"write_key": "right key"})
    world.pass_time(PROBE_MS)
    assert stack.deliver(delivery(2)) == []
    assert stack.pause() is None


def test_without_time_for_a_request_no_probe_is_claimed(world: World) -> None:
    stack = with_pause(world, "outage")
    world.pass_time(PROBE_MS)
    before = stack.pause()
    stack.deliver(delivery(1), time_left_ms=GUARD_MS - 1)
    assert stack.pause() == before
    assert len(stack.parked()) == 1


@pytest.mark.parametrize("reason", ["outage", "throttle"])
def test_g1_the_day_runs_while_a_connection_waits(world: World, reason: str) -> None:
    stack = with_pause(world, reason)
    since = world.clock.now - 24 * HOUR
    stack.deliver(delivery(1, attempts=7, first_ms=since), delivery(2, attempts=7, first_ms=since + 1))
    [letter] = stack.rows(DEAD)
    assert (letter["payload"]["trace_id"], letter["attempts"]) == ("t1", 7)
    assert (letter["failure"], letter["reason"]) == (
        {"outage": "transient", "throttle": "throttle"}[reason],
        f"the connection is paused: {reason}",
    )


def test_nobody_loses_patience_with_a_refused_key(world: World) -> None:
    stack = with_pause(world, "auth")
    stack.deliver(delivery(1, attempts=7, first_ms=world.clock.now - 48 * HOUR))
    assert stack.parked() == [delivery(1)]
    assert not stack.rows(DEAD)


def test_an_operators_pause_goes_before_an_outage(world: World) -> None:
    stack = with_pause(world, "outage")
    stack.connect(state="paused")
    world.pass_time(MINUTE)
    assert stack.deliver(delivery(1, attempts=1, first_ms=START)) == []
    assert not stack.segment.requests
    assert not stack.parked()
    assert [row["body"]["first_ms"] for row in stack.rows(HELD)] == [None]


@pytest.mark.parametrize("paused", [True, False])
def test_a_connection_that_sends_no_events_any_more_ignores_them_and_waits_for_nothing(
    world: World, *, paused: bool
) -> None:
    stack = with_pause(world, "auth") if paused else Stack(world)
    world.add_secrets(world.add_connection(settings={"send_events": False}))
    world.pass_time(PROBE_MS)
    assert stack.deliver(delivery(1)) == []
    assert not stack.segment.requests
    assert (stack.parked(), stack.again(), stack.pause()) == ([], [], None)


def failing(*_: Any, **__: Any) -> Any:
    raise AwsError("DynamoDB: InternalServerError")


@pytest.mark.parametrize("reason", ["auth", "outage"])
def test_g1_what_cannot_be_parked_comes_again_by_itself(
    world: World, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = with_pause(world, reason)
    monkeypatch.setattr(world.hub.store.backlog, "put", failing)
    assert stack.deliver(delivery(1), delivery(2)) == ["t1", "t2"]


@pytest.mark.parametrize("status", [401, 429])
def test_g3_what_was_taken_is_not_sent_again_though_no_pause_can_be_written(
    world: World, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = Stack(world, lambda _: HttpReply(200 if len(stack.segment.requests) == 1 else status, {}, b""))
    data = {"validation": {"id": "1", "note": "x" * 30_000}}
    many = [
        delivery(number).model_copy(update={"event": delivery(number).event.model_copy(update={"data": data})})
        for number in range(20)
    ]
    monkeypatch.setattr(world.hub.store.state, "create", failing)
    assert stack.deliver(*many) == []
    taken = len(stack.sent_users()[0])
    assert len(stack.again()) == 20 - taken
