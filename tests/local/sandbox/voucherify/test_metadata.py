"""Metadata schemas and the values they allow."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench
from tools.local.sandbox.voucherify import Property, Schema

GOOD_AND_BAD: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string"}, ["", "x"], [5, True, ["x"], {}]),
    ({"type": "number"}, [5, 5.5, -1], ["5", True]),
    ({"type": "boolean"}, [True, False], ["true", 1]),
    ({"type": "object"}, [{}, {"a": 1}], ["{}", [{}]]),
    ({"type": "date"}, ["2020-03-11"], ["11.03.2020", "2020-02-31", 5]),
    ({"type": "datetime"}, ["2020-03-11T09:00:00.000Z", "2020-03-11T09:00:00+01:00"], ["2020-03-11", 5]),
    ({"type": "geopoint"}, ["37.786971, -122.399677", "1,2"], ["37.7", 5]),
    ({"type": "image_url"}, ["https://example.com/a.png"], ["http.com", "https://example.com/a.gif", 5]),
    ({"type": "string", "array": True}, [[], ["a", "b"]], ["a", [5]]),
    ({"type": "string", "eq": ["a", "b"]}, ["a"], ["c"]),
    ({"type": "string", "ne": ["a"]}, ["b"], ["a"]),
    ({"type": "number", "gt": 1, "lt": 5}, [2], [1, 5]),
    ({"type": "number", "gte": 1, "lte": 5}, [1, 5], [0, 6]),
    ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "abc"], ["a", "abcd"]),
    ({"type": "string", "exactLength": 2}, ["ab"], ["a", "abc"]),
]


def customer_schema(bench: Bench, allow_defined_only: bool = False, **properties: dict[str, Any]) -> None:
    schema = {"allow_defined_only": allow_defined_only, "properties": properties}
    assert bench.call("PUT", "/_sandbox/metadata-schemas", {"customer": schema}).status == 204


def save(bench: Bench, **metadata: Any) -> int:
    return bench.call("POST", "/v1/customers", {"source_id": "ana", "metadata": metadata}).status


@pytest.mark.parametrize(
    ("rule", "value", "status"),
    [(rule, value, 200) for rule, good, _ in GOOD_AND_BAD for value in good]
    + [(rule, value, 400) for rule, _, bad in GOOD_AND_BAD for value in bad],
)
def test_a_value_has_to_fit_its_definition(bench: Bench, rule: dict[str, Any], value: Any, status: int) -> None:
    customer_schema(bench, key=rule)
    assert save(bench, key=value) == status
    if status == 200:
        assert bench.profile("ana")["metadata"] == {"key": value}


def test_a_refusal_names_the_key_its_whole_definition_and_the_value(bench: Bench) -> None:
    customer_schema(bench, plan={"type": "string", "optional": False, "eq": ["basic", "gold"]})
    refused = bench.error("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "snap"}})
    words = "must be a string, property is required, must be equal to one of basic,gold (actual value is 'snap')"
    assert refused == (400, "metadata_validation_failed", f"plan: {words}")


def test_undefined_keys_are_stored_as_text(bench: Bench) -> None:
    customer_schema(bench, plan={"type": "string"})
    assert save(bench, plan="gold", logins=5, vip=True, name="x", gone=None) == 200
    stored = {"plan": "gold", "logins": "5", "vip": "true", "name": "x", "gone": None}
    assert bench.profile("ana")["metadata"] == stored


def test_undefined_keys_are_refused_where_only_defined_ones_are_allowed(bench: Bench) -> None:
    customer_schema(bench, allow_defined_only=True, plan={"type": "string"})
    assert save(bench, plan="gold") == 200
    assert save(bench, logins=5) == 400


def test_a_deleted_definition_counts_as_undefined(bench: Bench) -> None:
    customer_schema(bench, allow_defined_only=True, plan={"type": "string", "deleted": True})
    assert save(bench, plan="gold") == 400


def test_a_required_key_may_have_been_sent_before_but_not_be_emptied(bench: Bench) -> None:
    customer_schema(bench, plan={"type": "string", "optional": False}, logins={"type": "number"})
    assert save(bench, logins=1) == 400
    assert save(bench, plan="gold") == 200
    assert save(bench, logins=2) == 200
    assert save(bench, plan=None) == 400


def test_null_fits_every_optional_definition(bench: Bench) -> None:
    customer_schema(bench, logins={"type": "number"})
    assert save(bench, logins=None) == 200


def test_nested_objects_have_a_schema_of_their_own(bench_with: Callable[..., Bench]) -> None:
    payment = Schema(allow_defined_only=True, properties={"tax": Property(type="number")})
    customer = Schema(properties={"billing": Property(type="object", object_type="Payment")})
    bench = bench_with(schemas={"customer": customer, "Payment": payment})
    assert save(bench, billing={"tax": 1}) == 200
    assert save(bench, billing={"tax": "1"}) == 400
    assert save(bench, billing={"else": 1}) == 400


def test_schemas_are_listed_and_read_as_defined(bench: Bench) -> None:
    customer_schema(bench, age={"type": "number", "gte": 0}, old={"type": "string", "deleted": True})
    listed = bench.ok("GET", "/v1/metadata-schemas")
    (schema,) = listed[listed["data_ref"]]
    assert (listed["total"], schema["related_object"], schema["allow_defined_only"]) == (1, "customer", False)
    assert schema["properties"] == {
        "age": {"type": "number", "array": False, "optional": True, "objectType": None, "gte": 0},
        "old": {"type": "string", "array": False, "optional": True, "objectType": None, "deleted": True},
    }
    assert bench.ok("GET", "/v1/metadata-schemas/customer") == schema


def test_a_resource_without_a_schema_is_not_found(bench: Bench) -> None:
    reply = bench.call("GET", "/v1/metadata-schemas/order").json()
    assert (reply["key"], reply["resource_type"]) == ("not_found", "metadata schema")


@pytest.mark.parametrize("path", ["metadata-schemas", "event-schemas"])
@pytest.mark.parametrize("wrong", [{"customer": {"properties": {"a": {"type": "integer"}}}}, {"customer": {"x": 1}}, 5])
def test_a_wrong_definition_is_refused(bench: Bench, path: str, wrong: Any) -> None:
    assert bench.call("PUT", f"/_sandbox/{path}", wrong).status == 400


def test_replacing_can_be_switched_by_call(bench: Bench) -> None:
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "gold"}})
    bench.ok("PUT", "/_sandbox/behaviour", {"replaced": ["metadata"]})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"city": "Oslo"}})
    assert bench.profile("ana")["metadata"] == {"city": "Oslo"}
    bench.ok("PUT", "/_sandbox/behaviour", {"replaced": []})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "gold"}})
    assert bench.profile("ana")["metadata"] == {"city": "Oslo", "plan": "gold"}
    assert bench.call("PUT", "/_sandbox/behaviour", {"replace": True}).status == 400
