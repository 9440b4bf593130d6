"""Customers one by one."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench


def test_a_customer_is_created_then_updated_by_its_source_id(bench: Bench) -> None:
    created = bench.ok("POST", "/v1/customers", {"source_id": "ana", "name": "Ana"})
    bench.now += 5_000
    updated = bench.ok("POST", "/v1/customers", {"source_id": "ana", "email": "ana@example.com"})
    assert updated["id"] == created["id"]
    assert (updated["name"], updated["email"]) == ("Ana", "ana@example.com")
    assert (created["created_at"], created["updated_at"]) == ("2023-11-14T22:14:00.000Z", None)
    assert updated["updated_at"] == "2023-11-14T22:14:05.000Z"


def test_an_id_wins_over_a_source_id(bench: Bench) -> None:
    created = bench.ok("POST", "/v1/customers", {"source_id": "ana"})
    updated = bench.ok("POST", "/v1/customers", {"id": created["id"], "source_id": "other", "name": "Ana"})
    assert (updated["id"], updated["source_id"], updated["name"]) == (created["id"], "ana", "Ana")


def test_an_unknown_id_is_not_found(bench: Bench) -> None:
    assert bench.error("POST", "/v1/customers", {"id": "cust_x"})[:2] == (404, "not_found")


def test_without_any_id_a_new_customer_is_created_each_time(bench: Bench) -> None:
    first, second = (bench.ok("POST", "/v1/customers", {"name": "Ana"}) for _ in range(2))
    assert first["id"] != second["id"]
    assert first["source_id"] is None


def test_fields_that_are_not_sent_stay_and_null_empties(bench: Bench) -> None:
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "name": "Ana", "phone": "+48 600 100 200"})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "phone": None})
    assert (bench.profile("ana")["name"], bench.profile("ana")["phone"]) == ("Ana", None)


def test_metadata_is_merged_key_by_key(bench: Bench) -> None:
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "basic", "shop": "Lublin"}})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "gold"}})
    assert bench.profile("ana")["metadata"] == {"plan": "gold", "shop": "Lublin"}


def test_metadata_is_replaced_where_so_chosen(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(replaced=["metadata"])
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "basic", "shop": "Lublin"}})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "metadata": {"plan": "gold"}})
    assert bench.profile("ana")["metadata"] == {"plan": "gold"}


def test_an_address_is_replaced_where_so_chosen(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(replaced=["address"])
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "address": {"city": "Lublin", "line_1": "Long 1"}})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "address": {"city": "Rome"}})
    assert bench.profile("ana")["address"] == {"city": "Rome"}


def test_an_address_is_merged_key_by_key_and_emptied_by_null(bench: Bench) -> None:
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "address": {"city": "Lublin", "line_1": "Long 1"}})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "address": {"city": "Rome"}})
    assert bench.profile("ana")["address"] == {"city": "Rome", "line_1": "Long 1"}
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "address": None})
    assert bench.profile("ana")["address"] is None


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"email": 5}, "Property .email must be string"),
        ({"source_id": 5}, "Property .source_id must be string"),
        ({"metadata": "vip"}, "Property .metadata must be object"),
        ({"address": "Long 1"}, "Property .address must be object"),
        ({"address": {"city": ["Rome"]}}, "Property .address.city must be string"),
        ({"birthdate": "14.07.1990"}, "Property .birthdate must be a date YYYY-MM-DD"),
        ({"birthdate": "1990-02-31"}, "Property .birthdate must be a date YYYY-MM-DD"),
        ({"birthdate": "19900714"}, "Property .birthdate must be a date YYYY-MM-DD"),
        ([], "Payload must be object"),
    ],
)
def test_a_field_of_a_wrong_type_is_refused_and_changes_nothing(bench: Bench, body: Any, details: str) -> None:
    assert bench.error("POST", "/v1/customers", body) == (400, "invalid_payload", details)
    assert bench.history() == []


@pytest.mark.parametrize("key", ["a%2Fb%40example.com", "ID"])
def test_a_customer_is_read_updated_and_deleted_by_id_or_encoded_source_id(bench: Bench, key: str) -> None:
    created = bench.ok("POST", "/v1/customers", {"source_id": "a/b@example.com"})
    path = f"/v1/customers/{key.replace('ID', created['id'])}"
    assert bench.ok("GET", path) == created
    assert bench.ok("PUT", path, {"name": "Ana", "source_id": "ignored"})["source_id"] == "a/b@example.com"
    assert bench.call("DELETE", path).status == 204
    assert bench.error("GET", path)[:2] == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/customers/nobody"),
        ("PUT", "/v1/customers/nobody"),
        ("DELETE", "/v1/customers/nobody"),
        ("POST", "/v1/customers/nobody/permanent-deletion"),
    ],
)
def test_nobody_is_not_found(bench: Bench, method: str, path: str) -> None:
    reply = bench.call(method, path, {})
    assert reply.json() == {
        "code": 404,
        "key": "not_found",
        "message": "Resource not found",
        "details": "Cannot find customer with id nobody",
        "resource_id": "nobody",
        "resource_type": "customer",
        "request_id": "v-000000000000000001",
    }


def test_a_permanent_deletion_is_done_and_frees_the_source_id(bench: Bench) -> None:
    first = bench.ok("POST", "/v1/customers", {"source_id": "ana"})
    erased = bench.ok("POST", "/v1/customers/ana/permanent-deletion")
    assert (erased["status"], erased["related_object_id"]) == ("DONE", first["id"])
    assert bench.ok("POST", "/v1/customers", {"source_id": "ana"})["id"] != first["id"]


def test_the_list_has_the_newest_first_by_pages(bench: Bench) -> None:
    for n in range(12):
        bench.ok("POST", "/v1/customers", {"source_id": f"c{n}"})
    first = bench.ok("GET", "/v1/customers")
    assert [customer["source_id"] for customer in first[first["data_ref"]]] == [f"c{n}" for n in range(11, 1, -1)]
    assert (first["object"], first["total"], first["has_more"]) == ("list", 12, True)
    second = bench.ok("GET", "/v1/customers", limit="10", page="2")
    assert [customer["source_id"] for customer in second["customers"]] == ["c1", "c0"]
    assert second["has_more"] is False


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "101"), ("limit", "x"), ("page", "100")])
def test_a_wrong_page_is_refused(bench: Bench, name: str, value: str) -> None:
    assert bench.error("GET", "/v1/customers", **{name: value})[:2] == (400, "invalid_query_params")


def test_the_history_tells_what_was_set_in_order_of_effect(bench: Bench) -> None:
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "name": "Ana", "metadata": {"plan": "gold"}})
    bench.call("POST", "/v1/customers", {"source_id": "ana", "name": 5})
    bench.now += 1_000
    bench.ok("DELETE", "/v1/customers/ana")
    common = {"source_id": "ana", "event": None, "metadata": None}
    fields = {"name": "Ana", "metadata": {"plan": "gold"}}
    assert bench.history() == [
        {**common, "at": 1_700_000_040_000, "kind": "customer", "request": 0, "fields": fields},
        {**common, "at": 1_700_000_041_000, "kind": "delete", "request": 2, "fields": {}},
    ]


def test_all_customers_are_shown(bench: Bench) -> None:
    for source_id in ("ana", "bob"):
        bench.ok("POST", "/v1/customers", {"source_id": source_id})
    assert [customer["source_id"] for customer in bench.ok("GET", "/_sandbox/customers")] == ["ana", "bob"]
