"""Custom events."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench
from tools.local.sandbox.voucherify import Schema

ORDER = {"event": "Item Purchased", "customer": {"source_id": "ana", "email": "ana@example.com"}}


def test_an_event_is_received_and_its_customer_upserted(bench: Bench) -> None:
    received = bench.ok("POST", "/v1/events", {**ORDER, "metadata": {"qty": 2}, "loyalty": {"code": "L1"}})
    customer = received.pop("customer")
    assert received == {
        "object": "event",
        "type": "Item Purchased",
        "referral": None,
        "loyalty": {"code": "L1"},
        "metadata": {"qty": 2},
    }
    assert (customer["source_id"], customer["email"]) == ("ana", "ana@example.com")
    assert bench.profile("ana")["email"] == "ana@example.com"


def test_an_event_is_one_effect_with_fields_name_and_metadata(bench: Bench) -> None:
    bench.ok("POST", "/v1/events", {**ORDER, "metadata": {"qty": 2}})
    (effect,) = bench.history()
    assert (effect["kind"], effect["event"], effect["metadata"]) == ("event", "Item Purchased", {"qty": 2})
    assert effect["fields"] == {"email": "ana@example.com"}


@pytest.mark.parametrize(
    ("change", "details"),
    [
        ({"customer": None}, "Property .customer must be object"),
        ({"customer": {"email": 5}}, "Property .customer.email must be string"),
        ({"event": ""}, "Property .event must NOT have fewer than 1 characters"),
        ({"event": "x" * 301}, "Property .event must NOT have more than 300 characters"),
        ({"referral": {}}, "Property .referral must have required property 'code'"),
        ({"loyalty": {}}, "Property .loyalty must have required property 'code'"),
        ({"metadata": []}, "Property .metadata must be object"),
    ],
)
def test_a_wrong_event_is_refused_and_changes_nothing(bench: Bench, change: dict[str, Any], details: str) -> None:
    assert bench.error("POST", "/v1/events", {**ORDER, **change}) == (400, "invalid_payload", details)
    assert bench.history() == []


def test_name_and_customer_are_required(bench: Bench) -> None:
    refused = (400, "invalid_payload", "Payload must have required property 'event'")
    assert bench.error("POST", "/v1/events", {"customer": {}}) == refused
    refused = (400, "invalid_payload", "Payload must have required property 'customer'")
    assert bench.error("POST", "/v1/events", {"event": "x"}) == refused


def test_a_customer_by_unknown_id_is_not_found(bench: Bench) -> None:
    assert bench.error("POST", "/v1/events", {**ORDER, "customer": {"id": "x"}})[:2] == (404, "not_found")


@pytest.mark.parametrize("by_call", [True, False])
def test_once_some_events_are_defined_others_are_refused(bench_with: Callable[..., Bench], by_call: bool) -> None:
    if by_call:
        bench = bench_with()
        bench.ok("POST", "/v1/events", {**ORDER, "event": "Signed Up"})
        assert bench.call("PUT", "/_sandbox/event-schemas", {"Item Purchased": {}}).status == 204
    else:
        bench = bench_with(events={"Item Purchased": Schema()})
    bench.ok("POST", "/v1/events", ORDER)
    assert bench.error("POST", "/v1/events", {**ORDER, "event": "Signed Up"})[:2] == (400, "invalid_payload")


def test_metadata_is_checked_against_the_events_schema(bench: Bench) -> None:
    definition = {"properties": {"qty": {"type": "number"}}}
    bench.call("PUT", "/_sandbox/event-schemas", {"Item Purchased": definition})
    bench.ok("POST", "/v1/events", {**ORDER, "metadata": {"qty": 2, "other": "x"}})
    refused = bench.error("POST", "/v1/events", {**ORDER, "metadata": {"qty": "2"}})
    assert refused == (400, "metadata_validation_failed", "qty: must be a number (actual value is '2')")
    assert len(bench.history()) == 1
