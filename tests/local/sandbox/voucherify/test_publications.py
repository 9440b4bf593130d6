"""Publications."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench
from tools.local.sandbox.voucherify import Campaign

CREATE = "/v1/publications/create"
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
        ({"campaign": None, "voucher": "UNKNOWN"}, 404, "not_found"),
    ],
)
def test_a_wrong_publication_is_refused(bench: Bench, change: dict[str, Any], status: int, key: str) -> None:
    assert bench.error("POST", PUBLICATIONS, {**ANA, **change})[:2] == (status, key)
    assert bench.history() == []


def test_both_documented_answers_to_a_repeated_source_id_can_be_had(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/behaviour", {"repeated_source_id": "refused"})
    published = bench.ok("POST", PUBLICATIONS, {**ANA, "source_id": "send-1"})
    assert bench.error("POST", PUBLICATIONS, {**ANA, "source_id": "send-1"})[:2] == (400, "duplicate_source_id")
    listed = bench.ok("GET", PUBLICATIONS, source_id="send-1")["publications"]
    assert [each["id"] for each in listed] == [published["id"]]


def test_a_static_campaign_runs_out(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(campaigns={"Static": Campaign(codes=["A", "B"])})
    static = {**ANA, "campaign": {"name": "Static"}}
    assert bench.error("POST", PUBLICATIONS, {**ANA, "campaign": {"name": "Static", "count": 3}})[0] == 400
    assert [bench.ok("POST", PUBLICATIONS, static)["voucher"]["code"] for _ in range(2)] == ["A", "B"]
    assert bench.error("POST", PUBLICATIONS, static)[1] == "no_voucher_suitable_for_publication"
    bench.ok("PUT", "/_sandbox/campaigns", {"Static": {"codes": ["C"]}})
    assert bench.ok("POST", PUBLICATIONS, static)["voucher"]["code"] == "C"


@pytest.mark.parametrize("query", [{}, {"join_once": "true"}], ids=["campaign", "query"])
def test_a_customer_joins_once(bench: Bench, query: dict[str, str]) -> None:
    bench.ok("PUT", "/_sandbox/campaigns", {"Welcome": {"join_once": not query}})
    first = bench.ok("POST", PUBLICATIONS, ANA, **query)
    assert bench.ok("POST", PUBLICATIONS, ANA, **query) == first
    assert bench.ok("POST", PUBLICATIONS, {**ANA, "customer": {"source_id": "bob"}}, **query) != first
    bench.ok("PUT", "/_sandbox/behaviour", {"repeated_join": "refused"})
    assert bench.error("POST", PUBLICATIONS, ANA, **query)[1] == "voucher_cannot_be_published"


def test_a_voucher_is_given_by_its_code_and_wins_over_a_campaign(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(campaigns={"Static": Campaign(codes=["A", "B"]), "Welcome": Campaign()})
    given = {**ANA, "voucher": "B"}
    assert bench.ok("POST", PUBLICATIONS, given)["voucher"]["code"] == "B"
    assert bench.error("POST", PUBLICATIONS, given)[1] == "voucher_already_published"


def test_publications_are_listed_newest_first_by_what_is_asked(bench: Bench) -> None:
    ana, bob = (
        bench.ok("POST", PUBLICATIONS, {**ANA, "customer": {"source_id": name}, "source_id": name})
        for name in ("ana", "bob")
    )

    def ids(**query: str) -> list[str]:
        return [each["id"] for each in bench.ok("GET", PUBLICATIONS, **query)["publications"]]

    assert ids() == [bob["id"], ana["id"]]
    assert ids(limit="1") == ids(source_id="bob") == ids(voucher=bob["voucher"]["code"]) == [bob["id"]]
    assert ids(customer=ana["customer_id"], campaign="Welcome", result="SUCCESS") == [ana["id"]]
    assert ids(customer="ana") == ids(campaign="Other") == ids(result="FAILURE") == []
    assert [each["id"] for each in bench.ok("GET", "/_sandbox/publications")] == [ana["id"], bob["id"]]


def test_lists_tell_of_a_voucher_its_campaigns_name_alone(bench: Bench) -> None:
    published = bench.ok("POST", PUBLICATIONS, ANA)
    (listed,) = bench.ok("GET", PUBLICATIONS)["publications"]
    voucher = {"code": published["voucher"]["code"], "object": "voucher", "campaign": "Welcome"}
    assert listed == {**published, "voucher": voucher}
    for key in ("Welcome", published["voucher"]["campaign_id"]):
        assert bench.ok("GET", f"/v1/campaigns/{key}")["name"] == "Welcome"
    assert bench.error("GET", "/v1/campaigns/camp_x")[:2] == (404, "not_found")


def with_integration_key(bench: Bench) -> Callable[..., Any]:
    bench.ok("PUT", "/_sandbox/integration-keys", {"iterable": "integration"})
    keys = {"X-App-Id": "iterable", "X-App-Token": "integration"}
    return lambda **query: bench.call_as(keys, "GET", CREATE, **query)


def test_a_query_creates_only_with_an_integration_key(bench: Bench) -> None:
    query = {"customer[source_id]": "ana", "campaign[name]": "Welcome", "customer[metadata][plan]": "gold"}
    refused = bench.call("GET", CREATE, **query)
    assert (refused.status, refused.json()["key"]) == (403, "integration_api_key_required")
    published = with_integration_key(bench)(**query, source_id="send-1").json()
    assert (published["tracking_id"], published["source_id"]) == ("ana", "send-1")
    assert published["voucher"]["campaign"] == "Welcome"
    assert bench.profile("ana")["metadata"] == {"plan": "gold"}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"campaign[name]": "Welcome"}, "invalid_query_params"),
        ({"customer[source_id]": "ana"}, "missing_vouchers"),
        (
            {"customer[source_id]": "ana", "campaign[name]": "Welcome", "campaign[count]": "2"},
            "too_many_vouchers_requested",
        ),
    ],
)
def test_a_wrong_query_is_refused(bench: Bench, query: dict[str, str], key: str) -> None:
    reply = with_integration_key(bench)(**query)
    assert (reply.status, reply.json()["key"]) == (400, key)
    assert bench.history() == []
