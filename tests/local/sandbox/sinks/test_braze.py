"""Braze's user data API, without sockets."""

import json
from typing import Any

import pytest

from tools.local.sandbox import sinks
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox

NOW = 1_700_000_000_000
EVENT = {"external_id": "ana", "name": "Customer Rewarded", "time": "2026-01-01T00:00:00.000Z", "properties": {"n": 1}}
ADDED = {"rest_api_key": "key", "received_at": NOW}
JSON = "application/json"


class Bench:
    def __init__(self) -> None:
        self.sandbox = Sandbox(sinks.sink("braze", lambda: NOW), lambda: 0)

    def post(self, body: bytes, authorization: str | None = "Bearer key", content_type: str = JSON) -> Reply:
        headers = {"Content-Type": content_type} | ({"Authorization": authorization} if authorization else {})
        return self.sandbox.handle(Request("POST", "/users/track", {}, headers, body))

    def track(self, *events: Any) -> Reply:
        return self.post(json.dumps({"events": events}).encode())

    def control(self, method: str, name: str, value: Any) -> Reply:
        return self.sandbox.handle(Request(method, f"/_sandbox/{name}", body=json.dumps(value).encode()))

    def view(self, name: str) -> Any:
        return self.sandbox.handle(Request("GET", f"/_sandbox/{name}")).json()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_events_are_delivered_in_order(bench: Bench) -> None:
    events = [{**EVENT, "external_id": f"u{number}"} for number in range(50)]
    reply = bench.track(*events)
    assert (reply.status, reply.json()) == (201, {"message": "success", "events_processed": 50})
    assert bench.view("delivered") == [{**event, **ADDED} for event in events]


def test_a_repeat_is_delivered_too_and_shown(bench: Bench) -> None:
    for _ in range(2):
        assert bench.track(EVENT).status == 201
    assert (bench.view("delivered"), bench.view("duplicates")) == ([{**EVENT, **ADDED}] * 2, [EVENT])


@pytest.mark.parametrize("authorization", [None, "Bearer ", "Basic key", "key"])
def test_without_a_key_a_call_is_refused(bench: Bench, authorization: str | None) -> None:
    assert bench.post(json.dumps({"events": [EVENT]}).encode(), authorization).status == 401
    assert bench.view("delivered") == []


def test_the_key_may_be_a_certain_one(bench: Bench) -> None:
    bench.control("PUT", "rules", {"rest_api_key": "another"})
    assert bench.track(EVENT).status == 401
    bench.control("PUT", "rules", {"rest_api_key": "key"})
    assert bench.track(EVENT).status == 201
    assert bench.control("PUT", "rules", {"key": "key"}).status == 400


def test_customers_can_be_refused_and_their_neighbours_are_taken(bench: Bench) -> None:
    bench.control("PUT", "rules", {"refused_ids": ["ben"]})
    reply = bench.track(EVENT, {**EVENT, "external_id": "ben"})
    error = {"type": "the customer is refused on command", "input_array": "events", "index": 1}
    assert reply.json() == {"message": "success", "events_processed": 1, "errors": [error]}
    assert bench.view("delivered") == [{**EVENT, **ADDED}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"events": []}', 400),
        (json.dumps({"events": [EVENT] * 51}).encode(), 400),
        (b" " * 4_000_001, 413),
    ],
)
def test_a_request_that_is_wrong_is_refused_as_a_whole(bench: Bench, body: bytes, status: int) -> None:
    assert bench.post(body).status == status
    assert (bench.view("delivered"), bench.view("rejected")) == ([], [])


def test_a_request_must_say_that_it_is_json(bench: Bench) -> None:
    assert bench.post(json.dumps({"events": [EVENT]}).encode(), content_type="text/plain").status == 400


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        {**EVENT, "external_id": ""},
        {name: value for name, value in EVENT.items() if name != "external_id"},
        {**EVENT, "name": ""},
        {**EVENT, "name": "n" * 256},
        {**EVENT, "time": "2026-01-01T00:00:00"},
        {**EVENT, "time": 1_700_000_000},
        {**EVENT, "time": "yesterday"},
        {**EVENT, "properties": []},
        {**EVENT, "properties": {"text": "x" * 256}},
        {**EVENT, "properties": {"order": {"tags": ["x" * 256]}}},
        {**EVENT, "properties": {"$set": 1}},
        {**EVENT, "properties": {"order": {"": 1}}},
        {**EVENT, "properties": {"nothing": None}},
        {**EVENT, "properties": {f"n{number}": "x" * 250 for number in range(300)}},
    ],
    ids=lambda bad: json.dumps(bad)[:100],
)
def test_a_bad_event_is_named_by_its_place_and_its_neighbours_are_taken(bench: Bench, bad: Any) -> None:
    reply = bench.track(EVENT, bad, {**EVENT, "external_id": "bob"})
    told = reply.json()
    assert (reply.status, told["message"], told["events_processed"]) == (201, "success", 2)
    [error] = told["errors"]
    assert (error["input_array"], error["index"]) == ("events", 1)
    assert [event["external_id"] for event in bench.view("delivered")] == ["ana", "bob"]
    assert bench.view("rejected") == [{"reason": error["type"], "event": bad}]


def test_a_request_without_a_good_event_is_refused(bench: Bench) -> None:
    assert bench.track({**EVENT, "name": ""}, {**EVENT, "time": ""}).status == 400
    assert len(bench.view("rejected")) == 2


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_fault_has_the_form_of_brazes_errors(bench: Bench, status: int) -> None:
    bench.control("POST", "faults", [{"status": status}])
    reply = bench.track(EVENT)
    assert (reply.status, "message" in reply.json()) == (status, True)
    assert reply.headers.get("X-RateLimit-Reset") == (str(NOW // 1000 + 1) if status == 429 else None)


def test_an_unknown_path_is_404(bench: Bench) -> None:
    assert bench.sandbox.handle(Request("POST", "/users/export/ids")).status == 404
