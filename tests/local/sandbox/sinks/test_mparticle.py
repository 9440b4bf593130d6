"""mParticle's Events API, without sockets."""

import base64
import json
from typing import Any

import pytest

from tools.local.sandbox import sinks
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox

NOW = 1_700_000_000_000
ADDED = {"feed_key": "key", "received_at": NOW}


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def event(**data: Any) -> dict[str, Any]:
    usual = {"event_name": "Customer Rewarded", "custom_event_type": "other"}
    return {"event_type": "custom_event", "data": usual | data}


def batch(request_id: str = "vf-1", **fields: Any) -> dict[str, Any]:
    usual = {
        "source_request_id": request_id,
        "environment": "production",
        "user_identities": {"customer_id": "ana"},
        "events": [event()],
    }
    return usual | fields


class Bench:
    def __init__(self) -> None:
        self.sandbox = Sandbox(sinks.sink("mparticle", lambda: NOW), lambda: 0)

    def post(self, path: str, value: Any, authorization: str | None = basic("key:secret")) -> Reply:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {"Content-Type": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
        return self.sandbox.handle(Request("POST", path, {}, headers, body))

    def bulk(self, *batches: Any) -> Reply:
        return self.post("/v2/bulkevents", list(batches))

    def view(self, name: str) -> Any:
        return self.sandbox.handle(Request("GET", f"/_sandbox/{name}")).json()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_batches_are_delivered_in_order(bench: Bench) -> None:
    batches = [batch(f"vf-{number}") for number in range(3)]
    reply = bench.bulk(*batches)
    assert (reply.status, reply.body) == (202, b"")
    assert bench.view("delivered") == [each | ADDED for each in batches]


def test_a_batch_may_come_alone_and_have_several_events(bench: Bench) -> None:
    events = [event(), event(event_name="Other")]
    assert bench.post("/v2/events", batch(events=events)).status == 202
    assert bench.view("delivered") == [batch(events=[each]) | ADDED for each in events]


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        (basic("key"), 403),
        (basic(":secret"), 403),
        (basic("key:"), 403),
        ("Basic ?", 403),
        ("Bearer key", 403),
    ],
)
def test_without_key_and_secret_a_call_is_refused(bench: Bench, authorization: str | None, status: int) -> None:
    assert bench.post("/v2/bulkevents", [batch()], authorization).status == status
    assert bench.view("delivered") == []


def test_a_request_id_counts_once_per_key(bench: Bench) -> None:
    bench.bulk(batch(), batch(), batch("vf-2"))
    bench.post("/v2/bulkevents", [batch()], basic("other:secret"))
    assert [each["feed_key"] for each in bench.view("delivered")] == ["key", "key", "other"]
    assert bench.view("duplicates") == [batch() | ADDED]


def test_batches_without_a_request_id_are_all_taken(bench: Bench) -> None:
    nameless = {name: value for name, value in batch().items() if name != "source_request_id"}
    bench.bulk(nameless, nameless)
    assert len(bench.view("delivered")) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ("text", ""),
        ({"events": [event()], "user_identities": {"customer_id": "ana"}}, "environment"),
        (batch(environment="test"), "environment"),
        (batch(colour="red"), "colour"),
        (batch(user_identities={}), "user_identities"),
        (batch(user_identities={"email_address": "a@example.com"}), "user_identities"),
        (batch(user_identities={"other_id_11": "a"}), "user_identities"),
        (batch(user_identities={"customer_id": 7}), "user_identities"),
        (batch(events=[]), "events"),
        (batch(events=[{"event_type": "custom_event"}]), "events.0.data"),
        (batch(events=[{**event(), "event_type": "screen_view"}]), "events.0.event_type"),
        (batch(events=[event(event_name="")]), "events.0.data.event_name"),
        (batch(events=[event(event_name="n" * 257)]), "events.0.data.event_name"),
        (batch(events=[event(custom_event_type="purchase")]), "events.0.data.custom_event_type"),
        (batch(events=[event(timestamp_unixtime_ms="1")]), "events.0.data.timestamp_unixtime_ms"),
        (batch(events=[event(custom_attributes={"n" * 257: "x"})]), "events.0.data.custom_attributes"),
        (batch(events=[event(custom_attributes={"order": {"id": "1"}})]), "events.0.data.custom_attributes"),
        (batch(events=[event(custom_attributes={"a": "x" * 4097})]), "events.0.data.custom_attributes"),
        (batch(events=[event(custom_attributes=dict.fromkeys(map(str, range(101)), "x"))]), "events.0.data."),
        (batch(events=[event(custom_attributes=dict.fromkeys(map(str, range(99)), "x" * 1_400))]), "more than 131072 "),
    ],
)
def test_a_bad_batch_is_refused_alone_and_rejected_behind_a_yes(bench: Bench, wrong: Any, field: str) -> None:
    refused = bench.bulk(wrong)
    assert (refused.status, refused.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")
    assert bench.bulk(wrong, batch()).status == 202
    [rejected] = bench.view("rejected")
    assert rejected["reason"].startswith(field)
    assert rejected["event"] == wrong
    assert len(bench.view("delivered")) == 1


def test_what_is_just_within_the_limits_is_taken(bench: Bench) -> None:
    attributes = {f"{n}".rjust(256, "a"): "x" * (4096 if n < 20 else 1) for n in range(100)}
    assert bench.bulk(batch(events=[event(event_name="n" * 256, custom_attributes=attributes)])).status == 202
    assert bench.view("rejected") == []


def test_a_request_has_100_batches_and_100_events_at_most(bench: Bench) -> None:
    batches = [batch(f"vf-{number}") for number in range(101)]
    assert bench.bulk(*batches).status == 400
    assert bench.bulk(*batches[:100]).status == 202
    assert bench.bulk(batch("vf-200", events=[event()] * 101)).status == 400
    assert len(bench.view("delivered")) == 100


def test_a_request_of_256_kb_is_refused(bench: Bench) -> None:
    body = json.dumps([batch()]).encode()
    assert bench.post("/v2/bulkevents", body.ljust(256 * 1024 - 1)).status == 202
    assert bench.post("/v2/bulkevents", body.ljust(256 * 1024)).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"{}", b"[]"])
def test_what_is_no_list_of_batches_is_refused(bench: Bench, body: bytes) -> None:
    assert bench.post("/v2/bulkevents", body).status == 400


def test_another_content_type_is_refused(bench: Bench) -> None:
    headers = {"Authorization": basic("key:secret")}
    request = Request("POST", "/v2/bulkevents", {}, headers, json.dumps([batch()]).encode())
    assert bench.sandbox.handle(request).status == 400


def test_unknown_paths_are_not_found(bench: Bench) -> None:
    assert bench.post("/v2/nothing", []).status == 404


def test_a_fault_of_429_says_whose_limit_it_is_and_when_to_come_back(bench: Bench) -> None:
    bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=b'{"status": 429}'))
    reply = bench.bulk(batch())
    assert (reply.status, reply.headers["Retry-After"], reply.headers["X-mp-rate-limit-exceeded"]) == (429, "1", "feed")
    assert bench.view("delivered") == []
