"""Recording, failing on command and steering, without sockets."""

import json
from typing import Any

import pytest

from tests.local.sandbox.echo import Echo
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox, Task


class Bench:
    """A sandbox whose clock moves only by sleeping, and whose background tasks run when told to."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.tasks: list[Task] = []
        self.vendor = Echo()
        self.sandbox = Sandbox(self.vendor, lambda: self.now, self._sleep, self.tasks.append)

    def _sleep(self, seconds: float) -> None:
        self.now += int(seconds * 1000)

    def ask(self, method: str, path: str, value: Any = None) -> Reply:
        body = b"" if value is None else json.dumps(value).encode()
        return self.sandbox.handle(Request(method, path, {}, {"X-Key": "k"}, body))

    def fail(self, **fault: Any) -> None:
        assert self.ask("POST", "/_sandbox/faults", fault).status == 201


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_requests_are_recorded_with_their_status(bench: Bench) -> None:
    bench.sandbox.handle(Request("POST", "/v1/things", {"a": "b"}, {"X-Key": "k"}, b'{"c": 1}'))
    assert bench.ask("GET", "/_sandbox/requests").json() == [
        {
            "index": 0,
            "time": 1_000_000,
            "method": "POST",
            "path": "/v1/things",
            "query": {"a": "b"},
            "headers": {"X-Key": "k"},
            "body": {"c": 1},
            "status": 200,
            "fault": None,
        }
    ]


@pytest.mark.parametrize(("body", "shown"), [(b"", None), (b"no json", "no json"), (b"\xff", "�"), (b"[]", [])])
def test_a_body_is_recorded_as_json_else_as_text(bench: Bench, body: bytes, shown: Any) -> None:
    bench.sandbox.requests.begin(Request("POST", "/", body=body))
    assert bench.ask("GET", "/_sandbox/requests").json()[0]["body"] == shown


def test_the_record_can_be_cleared_and_numbers_go_on(bench: Bench) -> None:
    bench.ask("GET", "/a")
    assert bench.ask("DELETE", "/_sandbox/requests").status == 204
    bench.ask("GET", "/b")
    assert [(r["index"], r["path"]) for r in bench.sandbox.requests.shown()] == [(1, "/b")]


def test_steering_is_not_recorded_and_never_fails(bench: Bench) -> None:
    bench.fail()
    assert bench.ask("GET", "/_sandbox/effects").json() == 0
    assert bench.sandbox.requests.shown() == []


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/_sandbox/x", 404), ("PUT", "/_sandbox/faults", 405)])
def test_unknown_steering_is_refused(bench: Bench, method: str, path: str, status: int) -> None:
    assert bench.ask(method, path).status == status


def test_a_fault_answers_in_the_vendors_own_form_without_effect(bench: Bench) -> None:
    bench.fail(status=500, headers={"Retry-After": "7"})
    reply = bench.ask("POST", "/", "x")
    assert (reply.status, reply.json()) == (500, {"echo_error": 500})
    assert reply.headers["X-Echo"] == "no"
    assert reply.headers["Retry-After"] == "7"
    assert bench.vendor.effects == []
    assert bench.sandbox.requests.shown()[0]["status"] == 500


@pytest.mark.parametrize(("body", "sent"), [({"a": 1}, b'{"a": 1}'), ("<html>", b"<html>"), ("", b""), (None, b"null")])
def test_a_body_replaces_the_vendors_own_form(bench: Bench, body: Any, sent: bytes) -> None:
    bench.fail(status=502, body=body)
    reply = bench.ask("POST", "/", "x")
    assert (reply.status, reply.body) == (502, sent)
    assert "X-Echo" not in reply.headers


def test_an_effect_before_the_answer_has_happened_although_the_answer_says_no(bench: Bench) -> None:
    bench.fail(effect="before", status=504)
    assert bench.ask("POST", "/", "x").status == 504
    assert bench.vendor.effects == [b'"x"']


@pytest.mark.parametrize(("delay", "comes_after"), [(0, 60), (90, 90)])
def test_a_late_effect_comes_after_the_answer(bench: Bench, delay: float, comes_after: int) -> None:
    bench.fail(effect="late", delay=delay)
    assert bench.ask("POST", "/", "x").status == 503
    assert (bench.vendor.effects, bench.now) == ([], 1_000_000)
    bench.tasks.pop()()
    assert (bench.vendor.effects, bench.now) == ([b'"x"'], 1_000_000 + comes_after * 1000)


def test_delay_comes_before_the_answer(bench: Bench) -> None:
    bench.fail(delay=12)
    assert bench.ask("POST", "/", "x").status == 503
    assert bench.now == 1_012_000


def test_a_status_of_success_only_slows_the_call(bench: Bench) -> None:
    bench.fail(status=200, delay=5)
    assert bench.ask("POST", "/", "x").json() == {"yours": '"x"'}
    assert (bench.vendor.effects, bench.now) == ([b'"x"'], 1_005_000)


def test_a_slow_call_with_effect_before_happens_once(bench: Bench) -> None:
    bench.fail(status=200, delay=5, effect="before")
    assert bench.ask("POST", "/", "x").status == 200
    assert bench.vendor.effects == [b'"x"']


@pytest.mark.parametrize(("effect", "effects"), [("none", []), ("before", [b'"x"'])])
def test_a_reset_breaks_the_connection(bench: Bench, effect: str, effects: list[bytes]) -> None:
    bench.fail(reset=True, effect=effect)
    with pytest.raises(ConnectionResetError):
        bench.ask("POST", "/", "x")
    assert bench.vendor.effects == effects
    assert bench.sandbox.requests.shown()[0]["status"] is None


def test_half_a_reply_is_no_status_and_the_call_has_gone_through(bench: Bench) -> None:
    bench.fail(status=200, cut=True)
    assert bench.ask("POST", "/", "x").cut
    assert bench.vendor.effects == [b'"x"']
    assert bench.sandbox.requests.shown()[0]["status"] is None


def test_the_record_names_the_fault_that_struck(bench: Bench) -> None:
    bench.fail(name="half a reply", status=200, cut=True, count=1)
    bench.ask("POST", "/", "x")
    bench.ask("POST", "/", "y")
    assert [request["fault"] for request in bench.sandbox.requests.shown()] == ["half a reply", None]


def test_several_faults_can_be_posted_at_once_listed_and_cleared(bench: Bench) -> None:
    assert bench.ask("POST", "/_sandbox/faults", [{"count": 1}, {"status": 429}]).status == 201
    assert [fault["status"] for fault in bench.ask("GET", "/_sandbox/faults").json()] == [503, 429]
    assert bench.ask("DELETE", "/_sandbox/faults").status == 204
    assert bench.ask("POST", "/", "x").status == 200


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"rate": 2}, "rate: Input should be less than or equal to 1"),
        ([], None),
        (7, "body: Input should be a valid dictionary or instance of Fault"),
    ],
)
def test_a_wrong_fault_is_refused_with_the_field_named(bench: Bench, fault: Any, error: str | None) -> None:
    reply = bench.ask("POST", "/_sandbox/faults", fault)
    if error:
        assert (reply.status, reply.json()["error"]) == (400, [error])
    else:
        assert reply.status == 201


def test_a_fault_that_is_not_json_is_refused(bench: Bench) -> None:
    reply = bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=b"{"))
    assert (reply.status, reply.json()) == (400, {"error": ["body: not JSON"]})
