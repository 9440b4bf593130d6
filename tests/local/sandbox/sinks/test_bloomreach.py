"""Bloomreach's Tracking API, without sockets."""

import base64
import json
from typing import Any

import pytest

from tools.local.sandbox import sinks
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox

PATH = f"/track/v2/projects/{sinks.settings('bloomreach')['project_token']}/batch"
EVENT: dict[str, Any] = {
    "name": "customers/events",
    "command_id": "vf-1",
    "data": {
        "customer_ids": {"registered": "ana"},
        "event_type": "customer_rewarded",
        "timestamp": 1_700_000_000,
        "properties": {"voucherify_event_id": "ev-1"},
    },
}
CUSTOMER = {
    "name": "customers",
    "data": {"customer_ids": {"registered": "ana"}, "properties": {"a": 1}, "update_timestamp": 1_700_000_000},
}


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def event(**data: Any) -> dict[str, Any]:
    return {**EVENT, "data": {**EVENT["data"], **data}}


class Bench:
    def __init__(self) -> None:
        self.sandbox = Sandbox(sinks.sink("bloomreach", lambda: 1_700_000_000_000), lambda: 0)

    def post(self, value: Any, authorization: str | None = basic("id:secret"), path: str = PATH) -> Reply:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {} if authorization is None else {"Authorization": authorization}
        return self.sandbox.handle(Request("POST", path, {}, headers, body))

    def batch(self, *commands: Any) -> Reply:
        return self.post({"commands": list(commands)})

    def results(self, *commands: Any) -> list[dict[str, Any]]:
        reply = self.batch(*commands)
        assert (reply.status, reply.json()["success"]) == (200, True)
        results: list[dict[str, Any]] = reply.json()["results"]
        return results

    def set_rules(self, **rules: Any) -> Reply:
        return self.sandbox.handle(Request("PUT", "/_sandbox/rules", body=json.dumps(rules).encode()))

    def view(self, name: str) -> Any:
        return self.sandbox.handle(Request("GET", f"/_sandbox/{name}")).json()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_commands_are_delivered_and_answered_one_by_one(bench: Bench) -> None:
    assert bench.results(EVENT, CUSTOMER) == [{"command_id": "vf-1", "success": True}, {"success": True}]
    received = {"receivedAt": 1_700_000_000_000}
    assert bench.view("delivered") == [EVENT | received, CUSTOMER | received]


@pytest.mark.parametrize("authorization", [None, basic("id"), basic(":secret"), basic("id:"), "Basic ?", "Token x"])
def test_without_a_key_a_call_is_refused_with_400(bench: Bench, authorization: str | None) -> None:
    reply = bench.post({"commands": [EVENT]}, authorization)
    assert (reply.status, reply.json()) == (400, {"success": False, "error": "Could not authenticate"})
    assert bench.view("delivered") == []


def test_another_key_than_the_rules_have_is_refused(bench: Bench) -> None:
    assert bench.set_rules(api_key="id:rotated").status == 204
    assert bench.batch(EVENT).status == 400
    assert bench.post({"commands": [EVENT]}, basic("id:rotated")).status == 200


def test_another_project_is_unknown(bench: Bench) -> None:
    reply = bench.post({"commands": [EVENT]}, path="/track/v2/projects/elsewhere/batch")
    assert (reply.status, reply.json()["error"]) == (400, "Invalid project id")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"\x1f\x8b", "Invalid JSON"),
        ([], "No commands"),
        ({"commands": []}, "No commands"),
        ({"commands": [EVENT, "text"]}, "Invalid JSON"),
        ({"commands": [EVENT] * 51}, "More than 50 commands"),
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(bench: Bench, body: Any, message: str) -> None:
    reply = bench.post(body)
    assert (reply.status, reply.json()) == (400, {"success": False, "message": message})
    assert bench.view("delivered") == []


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"name": "customers/anonymize", "data": {}}, "Not a command"),
        ({"name": "customers"}, "Not a command"),
        (event(customer_ids={}), "At least one id should be specified."),
        (event(customer_ids={"registered": "undefined"}), "At least one valid id should be specified"),
        (event(customer_ids={"registered": "--"}), "At least one valid id should be specified"),
        (event(properties={}), "Properties are missing"),
        (event(event_type=""), "Event type is missing"),
        (event(properties={"long": "ż" * 8 * 1024}), "Too long"),
        (event(properties={f"p{n}": "x" * 10_000 for n in range(82)}), "Too long"),
        (event(timestamp=1_700_000_000_000), "Timestamp not in seconds"),
    ],
)
def test_a_bad_command_fails_behind_a_yes_and_its_neighbours_do_not(
    bench: Bench, command: dict[str, Any], reason: str
) -> None:
    failed, good = bench.results(command, CUSTOMER)
    assert (failed["success"], failed["errors"], good["success"]) == (False, [reason], True)
    assert bench.view("rejected") == [{"reason": reason, "event": command}]
    assert [delivered["name"] for delivered in bench.view("delivered")] == ["customers"]


def test_a_value_just_short_enough_is_taken(bench: Bench) -> None:
    assert [result["success"] for result in bench.results(event(properties={"long": "x" * (16 * 1024 - 1)}))] == [True]


def test_event_types_and_customers_are_refused_on_command(bench: Bench) -> None:
    bench.set_rules(refused_event_types=["customer_rewarded"], refused_ids=["ines"])
    other = event(event_type="points_earned")
    results = bench.results(EVENT, event(event_type="points_earned", customer_ids={"registered": "ines"}), other)
    assert [result.get("errors") for result in results] == [
        ["Not authorized to add event of specified type"],
        ["At least one valid id should be specified"],
        None,
    ]
    bench.set_rules()
    assert [result["success"] for result in bench.results(EVENT)] == [True]


def test_unknown_rules_are_refused(bench: Bench) -> None:
    assert bench.set_rules(refused="all").status == 400


def test_only_an_exactly_equal_command_is_a_duplicate(bench: Bench) -> None:
    later = event(timestamp=1_700_000_001)
    assert all(result["success"] for result in bench.results(EVENT, EVENT, later))
    assert [delivered["data"]["timestamp"] for delivered in bench.view("delivered")] == [1_700_000_000, 1_700_000_001]
    assert [duplicate["command_id"] for duplicate in bench.view("duplicates")] == ["vf-1"]


@pytest.mark.parametrize("path", ["/track/v2/projects/p/customers", "/batch"])
def test_unknown_paths_are_not_found(bench: Bench, path: str) -> None:
    assert bench.post({}, path=path).status == 404


def test_a_fault_of_429_tells_no_time(bench: Bench) -> None:
    bench.sandbox.handle(Request("POST", "/_sandbox/faults", body=b'{"status": 429}'))
    reply = bench.batch(EVENT)
    assert (reply.status, "Retry-After" in reply.headers) == (429, False)
    assert bench.view("delivered") == []
