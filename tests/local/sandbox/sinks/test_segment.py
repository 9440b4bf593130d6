"""Segment's tracking API, without sockets."""

import base64
import json
from typing import Any

import pytest

from tools.local.sandbox import sinks
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox

EVENT = {"type": "track", "userId": "ana", "event": "Customer Rewarded", "messageId": "vf-1"}


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


class Bench:
    def __init__(self) -> None:
        self.sandbox = Sandbox(sinks.sink("segment", lambda: 1_700_000_000_000), lambda: 0)

    def post(self, path: str, value: Any, authorization: str | None = basic("wk:")) -> Reply:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {"Content-Type": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
        return self.sandbox.handle(Request("POST", path, {}, headers, body))

    def batch(self, *events: Any) -> Reply:
        return self.post("/v1/batch", {"batch": list(events)})

    def view(self, name: str) -> Any:
        return self.sandbox.handle(Request("GET", f"/_sandbox/{name}")).json()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_sinks_are_found_by_their_modules() -> None:
    assert "segment" in sinks.names()


def test_a_batch_is_delivered_in_order(bench: Bench) -> None:
    events = [{**EVENT, "messageId": f"vf-{n}"} for n in range(3)]
    reply = bench.post("/v1/batch", {"batch": events, "sentAt": "2024-06-10T08:15:30Z"})
    assert (reply.status, reply.json()) == (200, {"success": True})
    added = {"writeKey": "wk", "receivedAt": 1_700_000_000_000, "sentAt": "2024-06-10T08:15:30Z"}
    assert bench.view("delivered") == [{**event, **added} for event in events]


@pytest.mark.parametrize("kind", ["track", "identify"])
def test_single_events_take_their_type_from_the_path(bench: Bench, kind: str) -> None:
    assert bench.post(f"/v1/{kind}", {"userId": "ana", "event": "x", "messageId": "m"}).status == 200
    assert [event["type"] for event in bench.view("delivered")] == [kind]


@pytest.mark.parametrize("authorization", [None, basic("wk"), basic(":"), "Basic ?", "Bearer x"])
def test_without_credentials_a_call_is_refused(bench: Bench, authorization: str | None) -> None:
    assert bench.post("/v1/batch", {"batch": [EVENT]}, authorization).status == 401
    assert bench.view("delivered") == []


def test_the_write_key_may_stand_in_the_body(bench: Bench) -> None:
    assert bench.post("/v1/batch", {"batch": [EVENT], "writeKey": "wk-2"}, None).status == 200
    assert bench.post("/v1/track", {**EVENT, "messageId": "vf-2", "writeKey": "wk-3"}, None).status == 200
    assert [event["writeKey"] for event in bench.view("delivered")] == ["wk-2", "wk-3"]


def test_a_message_id_counts_once_over_all_sources(bench: Bench) -> None:
    bench.batch(EVENT, EVENT)
    bench.post("/v1/track", EVENT, basic("other:"))
    assert len(bench.view("delivered")) == 1
    assert [event["writeKey"] for event in bench.view("duplicates")] == ["wk", "other"]


def test_an_event_without_message_id_is_given_one(bench: Bench) -> None:
    nameless = {name: value for name, value in EVENT.items() if name != "messageId"}
    bench.batch(nameless, {**nameless, "messageId": None})
    assert len({event["messageId"] for event in bench.view("delivered")}) == 2


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({**EVENT, "userId": None}, "neither userId nor anonymousId"),
        ({**EVENT, "event": ""}, "no event"),
        ({**EVENT, "type": None}, "no type"),
        ({**EVENT, "messageId": "x" * 100}, "a messageId that is no text of less than 100 characters"),
        ({**EVENT, "messageId": {"a": 1}}, "a messageId that is no text of less than 100 characters"),
        ("text", "not an object"),
    ],
)
def test_a_bad_event_is_rejected_behind_a_yes(bench: Bench, event: Any, reason: str) -> None:
    good = {**EVENT, "messageId": "good"}
    assert bench.batch(event, good).json() == {"success": True}
    assert bench.view("rejected") == [{"reason": reason, "event": event}]
    assert [event["messageId"] for event in bench.view("delivered")] == ["good"]


def test_an_anonymous_event_is_delivered(bench: Bench) -> None:
    bench.batch({**EVENT, "userId": None, "anonymousId": "cust_1"})
    assert len(bench.view("delivered")) == 1


def test_more_than_2500_events_are_rejected_behind_a_yes(bench: Bench) -> None:
    events = [{"type": "track", "userId": "a", "event": "x", "messageId": f"m{n}"} for n in range(2501)]
    assert bench.batch(*events[:2500]).status == 200
    assert (len(bench.view("delivered")), bench.view("rejected")) == (2500, [])
    assert bench.batch(*events).status == 200
    assert (len(bench.view("delivered")), len(bench.view("rejected"))) == (2500, 2501)


def test_an_event_over_32_kb_is_refused_with_its_batch(bench: Bench) -> None:
    def sized(size: int) -> dict[str, Any]:
        empty = {**EVENT, "padding": ""}
        return {**empty, "padding": "ż" * ((size - len(json.dumps(empty, separators=(",", ":")))) // 2)}

    assert bench.batch(sized(32_768)).status == 200
    assert bench.batch(EVENT, sized(32_770)).status == 400
    assert bench.post("/v1/track", {**EVENT, "padding": "x" * 32_768}).status == 400
    assert len(bench.view("delivered")) == 1


def test_a_batch_over_500_kb_is_refused(bench: Bench) -> None:
    body = json.dumps({"batch": [EVENT]}).encode()
    assert bench.post("/v1/batch", body + b" " * (500 * 1024 - len(body))).status == 200
    assert bench.post("/v1/batch", body + b" " * (500 * 1024 - len(body) + 1)).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'{"batch": {}}', b"{}"])
def test_what_is_not_a_batch_is_refused(bench: Bench, body: bytes) -> None:
    reply = bench.post("/v1/batch", body)
    assert (reply.status, reply.json()["success"]) == (400, False)


def test_another_content_type_is_refused(bench: Bench) -> None:
    request = Request("POST", "/v1/batch", {}, {"Authorization": basic("wk:")}, json.dumps({"batch": [EVENT]}).encode())
    assert bench.sandbox.handle(request).status == 400


@pytest.mark.parametrize("path", ["/v1/nothing", "/batch"])
def test_unknown_paths_are_not_found(bench: Bench, path: str) -> None:
    assert bench.post(path, {}).status == 404


def test_a_fault_of_429_says_when_to_come_back(bench: Bench) -> None:
    bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=b'{"status": 429}'))
    reply = bench.batch(EVENT)
    assert (reply.status, reply.headers["Retry-After"], reply.headers["X-RateLimit-Reset"]) == (429, "1", "1")
    assert bench.view("delivered") == []
