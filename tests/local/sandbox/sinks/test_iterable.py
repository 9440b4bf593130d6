"""Iterable's bulk endpoint, without sockets."""

import json
from typing import Any

import pytest

from tools.local.sandbox import sinks
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox

START = 1_700_000_000_000
EVENT: dict[str, Any] = {
    "userId": "ana",
    "eventName": "Customer Rewarded",
    "id": "vf-1",
    "createdAt": 1_700_000_000,
    "dataFields": {},
}


class Bench:
    def __init__(self) -> None:
        self.now = START
        self.sandbox = Sandbox(sinks.sink("iterable", lambda: self.now), lambda: 0)

    def post(self, value: Any, key: str | None = "key", path: str = "/api/events/trackBulk") -> Reply:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.sandbox.handle(Request("POST", path, {}, {"api-key": key} if key else {}, body))

    def bulk(self, *events: Any) -> Any:
        reply = self.post({"events": list(events)})
        assert reply.status == 200
        return reply.json()

    def refuse(self, refusals: dict[str, list[str]]) -> None:
        content = json.dumps(refusals).encode()
        assert self.sandbox.handle(Request("PUT", "/_sandbox/rules", body=content)).status == 204

    def view(self, name: str) -> Any:
        return self.sandbox.handle(Request("GET", f"/_sandbox/{name}")).json()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def code(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json()["code"]


def test_a_bulk_is_delivered_in_order(bench: Bench) -> None:
    events = [{**EVENT, "id": f"vf-{n}"} for n in range(3)]
    told = bench.bulk(*events)
    assert (told["successCount"], told["failCount"], told["failedUpdates"]) == (3, 0, {})
    assert bench.view("delivered") == [{**event, "apiKey": "key", "receivedAt": START} for event in events]


def test_without_a_key_or_with_a_refused_one_nothing_is_taken(bench: Bench) -> None:
    bench.refuse({"apiKeys": ["old"]})
    refused = [bench.post({"events": [EVENT]}, key) for key in (None, "", "old")]
    assert [code(reply) for reply in refused] == [(401, "BadApiKey")] * 3
    assert bench.view("delivered") == []
    bench.bulk(EVENT)
    assert len(bench.view("delivered")) == 1


def test_an_event_with_the_same_id_is_updated(bench: Bench) -> None:
    bench.bulk(EVENT)
    bench.bulk({**EVENT, "dataFields": {"more": 1}})
    assert [event["dataFields"] for event in bench.view("delivered")] == [{"more": 1}]
    assert [event["id"] for event in bench.view("duplicates")] == ["vf-1"]


def test_an_event_without_an_id_is_given_one(bench: Bench) -> None:
    nameless = {name: value for name, value in EVENT.items() if name != "id"}
    bench.bulk(nameless, nameless)
    assert len({event["id"] for event in bench.view("delivered")}) == 2


@pytest.mark.parametrize(
    ("refusals", "event", "name", "told"),
    [
        ({}, {**EVENT, "userId": "u" * 53}, "invalidUserIds", "u" * 53),
        ({}, {**EVENT, "email": "no address"}, "invalidEmails", "no address"),
        ({"forgottenUserIds": ["ana"]}, EVENT, "forgottenUserIds", "ana"),
        ({"notFoundEmails": ["a@b.c"]}, {**EVENT, "email": "a@b.c"}, "notFoundEmails", "a@b.c"),
    ],
)
def test_what_is_wrong_about_a_customer_is_told_by_the_customer(
    bench: Bench, refusals: dict[str, list[str]], event: Any, name: str, told: str
) -> None:
    bench.refuse(refusals)
    good = {**EVENT, "userId": "bea", "id": "good"}
    reply = bench.bulk(event, good)
    assert (reply["successCount"], reply["failCount"], reply["failedUpdates"]) == (1, 1, {name: [told]})
    assert reply.get(name, [told]) == [told]
    assert bench.view("rejected") == [{"reason": name, "event": event}]
    assert [event["id"] for event in bench.view("delivered")] == ["good"]


def test_an_event_name_may_be_disallowed(bench: Bench) -> None:
    bench.refuse({"disallowedEventNames": [EVENT["eventName"]]})
    reply = bench.bulk(EVENT, {**EVENT, "eventName": "Other", "id": "vf-2"})
    assert (reply["disallowedEventNames"], reply["failedUpdates"]) == ([EVENT["eventName"]], {})
    assert [event["id"] for event in bench.view("delivered")] == ["vf-2"]


@pytest.mark.parametrize(
    "event",
    [
        "text",
        {**EVENT, "eventName": ""},
        {**EVENT, "userId": ""},
        {**EVENT, "id": "vf_1"},
        {**EVENT, "id": "x" * 513},
        {**EVENT, "createdAt": "2026-01-01T00:00:00.000Z"},
        {**EVENT, "dataFields": []},
    ],
)
def test_an_event_of_another_form_is_refused_with_its_bulk(bench: Bench, event: Any) -> None:
    assert code(bench.post({"events": [EVENT, event]})) == (400, "BadParams")
    assert bench.view("delivered") == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "BadJsonBody"),
        (b"{", "BadJsonBody"),
        (b"[]", "BadParams"),
        (b"{}", "BadParams"),
        (b'{"events": []}', "BadParams"),
    ],
)
def test_what_is_not_a_bulk_is_refused(bench: Bench, body: bytes, told: str) -> None:
    assert code(bench.post(body)) == (400, told)


def test_a_bulk_has_a_thousand_events_and_4_mb_at_most(bench: Bench) -> None:
    events = [{**EVENT, "id": f"vf-{n}"} for n in range(1_001)]
    assert code(bench.post({"events": events})) == (400, "BatchTooLarge")
    assert bench.bulk(*events[:1_000])["successCount"] == 1_000
    body = json.dumps({"events": [EVENT]}).encode()
    assert bench.post(body + b" " * (4 * 1024 * 1024 - len(body))).status == 200
    assert code(bench.post(body + b" " * (4 * 1024 * 1024 - len(body) + 1))) == (413, "BatchTooLarge")


def test_a_key_has_ten_requests_a_second(bench: Bench) -> None:
    for _ in range(10):
        bench.bulk(EVENT)
    assert code(bench.post({"events": [EVENT]})) == (429, "RateLimitExceeded")
    assert bench.post({"events": [EVENT]}, "another").status == 200
    bench.now += 1_000
    assert bench.post({"events": [EVENT]}).status == 200


@pytest.mark.parametrize(("status", "told"), [(429, "RateLimitExceeded"), (500, "GenericError")])
def test_a_fault_has_iterables_own_form(bench: Bench, status: int, told: str) -> None:
    bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=json.dumps({"status": status}).encode()))
    assert code(bench.post({"events": [EVENT]})) == (status, told)
    assert bench.view("delivered") == []


def test_unknown_paths_are_not_found(bench: Bench) -> None:
    assert bench.post({}, path="/api/events/track").status == 404
