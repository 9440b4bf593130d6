"""Publications."""

from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench

PUBLICATIONS = "/v1/publications"
ANA = {"customer": {"source_id": "ana", "email": "ana@example.com"}, "campaign": {"name": "Welcome"}}


def test_a_code_is_given_and_the_customer_upserted(bench: Bench) -> None:
    publication = bench.ok("POST", PUBLICATIONS, {**ANA, "channel": "cdp-hub"})
    assert (publication["object"], publication["result"], publication["channel"]) == (
        "publication",
        "SUCCESS",
        "cdp-hub",
    )
    assert publication["tracking_id"] == "ana"
    assert publication["voucher"]["campaign"] == "Welcome"
    assert publication["vouchers_id"] == [publication["voucher"]["id"]]
    assert bench.profile("ana")["email"] == "ana@example.com"


def test_each_publication_has_a_code_of_its_own(bench: Bench) -> None:
    codes = {bench.ok("POST", PUBLICATIONS, ANA)["voucher"]["code"] for _ in range(20)}
    assert len(codes) == 20


def test_several_codes_are_listed(bench: Bench) -> None:
    publication = bench.ok("POST", PUBLICATIONS, {**ANA, "campaign": {"name": "Welcome", "count": 3}})
    assert len(set(publication["vouchers"])) == len(set(publication["vouchers_id"])) == 3
    assert "voucher" not in publication


def test_the_same_source_id_gets_the_same_publication(bench: Bench) -> None:
    first = bench.ok("POST", PUBLICATIONS, {**ANA, "source_id": "send-1"})
    assert bench.ok("POST", PUBLICATIONS, {**ANA, "source_id": "send-1"}) == first
    assert bench.ok("POST", PUBLICATIONS, {**ANA, "source_id": "send-2"})["voucher"] != first["voucher"]


def test_a_source_id_of_another_customer_is_refused(bench: Bench) -> None:
    bench.ok("POST", PUBLICATIONS, {**ANA, "source_id": "send-1"})
    refused = bench.error("POST", PUBLICATIONS, {**ANA, "customer": {"source_id": "bob"}, "source_id": "send-1"})
    assert refused == (400, "duplicate_source_id", "Publication with source_id: 'send-1' already exists")
    assert [effect["source_id"] for effect in bench.history()] == ["ana"]


@pytest.mark.parametrize(
    ("change", "status", "key"),
    [
        ({"campaign": None}, 400, "missing_vouchers"),
        ({"campaign": {"name": "Unknown"}}, 404, "not_found"),
        ({"campaign": {"name": "Welcome", "count": 51}}, 400, "invalid_payload"),
        ({"customer": None}, 400, "invalid_payload"),
        ({"customer": {"id": "cust_x"}}, 404, "not_found"),
    ],
)
def test_a_wrong_publication_is_refused(bench: Bench, change: dict[str, Any], status: int, key: str) -> None:
    assert bench.error("POST", PUBLICATIONS, {**ANA, **change})[:2] == (status, key)
    assert bench.history() == []
