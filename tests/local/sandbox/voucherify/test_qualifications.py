"""Qualifications, and the loyalty points of profiles."""

from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench

QUALIFICATIONS = "/v1/qualifications"
ANA = {"customer": {"source_id": "ana"}}


def ids(bench: Bench, **asked: Any) -> list[str]:
    return [one["id"] for one in bench.ok("POST", QUALIFICATIONS, {**ANA, **asked})["redeemables"]["data"]]


def test_everybody_can_have_promotions_and_each_customer_its_vouchers(bench: Bench) -> None:
    published = bench.ok("POST", "/v1/publications", {**ANA, "campaign": {"name": "Welcome"}})
    code, promotion = published["voucher"]["code"], f"promo_{b'Free for all'.hex()}"
    assert set(ids(bench)) == {code, promotion}
    assert ids(bench, customer={"source_id": "bob"}) == [promotion]
    assert ids(bench, scenario="CUSTOMER_WALLET", customer={"id": published["customer_id"]}) == [code]
    assert ids(bench, scenario="AUDIENCE_ONLY") == ids(bench, customer=None) == [promotion]


def test_the_best_deal_comes_first_if_asked_for_so(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/promotions", {"small": 5, "large": 30, "middle": 10})
    order = {"order": {"amount": 2_000}}
    told = bench.ok("POST", QUALIFICATIONS, {**ANA, **order, "options": {"sorting_rule": "BEST_DEAL", "limit": 2}})
    assert [one["name"] for one in told["redeemables"]["data"]] == ["large", "middle"]
    assert (told["redeemables"]["total"], told["redeemables"]["has_more"]) == (2, True)
    assert told["redeemables"]["data"][0]["order"]["total_applied_discount_amount"] == 600
    worst = bench.ok("POST", QUALIFICATIONS, {**ANA, **order, "options": {"sorting_rule": "LEAST_DEAL"}})
    assert [one["name"] for one in worst["redeemables"]["data"]] == ["small", "middle", "large"]


def test_an_amount_longer_than_a_float_found_by_fuzzing(bench: Bench) -> None:
    amount = 10**400
    (promotion,) = bench.ok("POST", QUALIFICATIONS, {**ANA, "order": {"amount": amount}})["redeemables"]["data"]
    assert promotion["order"]["total_discount_amount"] <= amount


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"scenario": "EVERYTHING"}, (400, "invalid_payload")),
        ({"options": {"limit": 51}}, (400, "invalid_payload")),
        ({"customer": {"id": "cust_x"}}, (404, "not_found")),
    ],
)
def test_what_is_wrong_is_refused(bench: Bench, change: dict[str, Any], refused: tuple[int, str]) -> None:
    assert bench.error("POST", QUALIFICATIONS, {**ANA, **change})[:2] == refused


def test_a_profile_tells_points_by_campaign(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/loyalty", {"ana": {"Club": 120, "Summer": 5}})
    loyalty = bench.ok("GET", "/v1/customers/ana")["loyalty"]
    assert (loyalty["points"], loyalty["campaigns"]["Club"]["points"]) == (125, 120)
    bench.ok("POST", "/v1/customers", {"source_id": "bob"})
    assert bench.ok("GET", "/v1/customers/bob")["loyalty"] == {"points": 0, "referred_customers": 0, "campaigns": {}}
    assert bench.call("PUT", "/_sandbox/loyalty", {"ana": {"Club": -1}}).status == 400
