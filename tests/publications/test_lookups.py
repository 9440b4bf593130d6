"""Lookups: a customer's points and best discount, as Voucherify tells them, and nobody else's (G4, G7)."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.clock import MINUTE, SECOND
from publications import lookups
from publications.recent import MOST_BYTES, Recent
from tests.fakes import APPLICATION_ID, World
from tests.publications.bench import CDPS, PROFILES, Bench, told

BEST = {"customer": {"source_id": "ana"}, "options": {"sorting_rule": "BEST_DEAL", "limit": 1}}


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world)
    bench.control("PUT", "loyalty", {"ana": {"Club": 120}, "bob": {"Club": 7}})
    bench.control("PUT", "promotions", {"Small": 5, "Large": 30})
    return bench


def points(bench: Bench, customer: str = "ana") -> int:
    reply = bench.look_up(customer)
    assert reply["statusCode"] == 200, reply
    number: int = told(reply)["loyalty"]["points"]
    return number


def test_the_reply_is_voucherifys_as_it_is(bench: Bench) -> None:
    reply = bench.look_up("ana")
    profile = bench.voucherify.profile("ana")
    assert (reply["statusCode"], told(reply)) == (200, profile)
    assert reply["headers"]["content-type"] == "application/json"
    assert (profile["loyalty"]["points"], profile["loyalty"]["campaigns"]["Club"]["points"]) == (120, 120)
    by_id = told(bench.look_up(profile["id"]))
    assert by_id == profile


def test_the_best_deal_is_the_first(bench: Bench) -> None:
    reply = bench.qualify({**BEST, "order": {"amount": 1_000}})
    redeemables = told(reply)["redeemables"]
    assert (redeemables["total"], redeemables["has_more"]) == (1, True)
    assert redeemables["data"][0]["name"] == "Large"
    assert redeemables["data"][0]["result"]["discount"]["percent_off"] == 30


def test_of_the_customer_only_the_id_is_sent(bench: Bench) -> None:
    bench.qualify({**BEST, "customer": {"source_id": "eve", "email": "eve@example.com"}})
    assert bench.voucherify.bodies()[-1]["customer"] == {"source_id": "eve"}
    assert bench.voucherify.profile("eve") is None


def test_nobody_has_nothing(bench: Bench) -> None:
    bench.control("PUT", "promotions", {})
    assert told(bench.qualify(BEST))["redeemables"]["total"] == 0
    assert points(bench, "bob") == 7


@pytest.mark.parametrize("cdp", CDPS)
def test_both_are_on_voucherifys_paths_and_below_each_prefix(world: World, cdp: str) -> None:
    bench = Bench(world, cdp)
    bench.control("PUT", "loyalty", {"ana": {"Club": 3}})
    for base in {"", f"/{PROFILES[cdp].prefix}".removesuffix("/v1")}:
        assert told(bench.look_up("ana", f"{base}/v1/customers"))["loyalty"]["points"] == 3
        assert "redeemables" in told(bench.qualify(BEST, f"{base}/v1/qualifications"))


@pytest.mark.parametrize("name", ["a b@example.com", "Zoë", "a/b", "50%", "a?b#c", "x" * 512])
def test_a_customer_may_have_any_name(bench: Bench, name: str) -> None:
    bench.control("PUT", "loyalty", {name: {"Club": 5}})
    assert points(bench, name) == 5
    assert bench.log[-1] == f"GET /v1/customers/{quote(name, safe='')} 200"


@pytest.mark.parametrize("name", ["", "None", "null", "undefined", " ", ".", "..", "x" * 513])
def test_nobody_is_looked_up_without_an_id(bench: Bench, name: str) -> None:
    """Least of all the list of all customers, which Voucherify has below the same path."""
    for reply in (bench.look_up(name), bench.qualify({**BEST, "customer": {"source_id": name}})):
        assert reply["statusCode"] == 400
        assert told(reply)["details"].startswith("customer")
    assert bench.log == []


def test_a_minute_long_the_same_question_costs_one_call(bench: Bench) -> None:
    first = points(bench), bench.qualify(BEST)["body"]
    bench.control("PUT", "loyalty", {"ana": {"Club": 500}})
    bench.control("PUT", "promotions", {})
    bench.world.pass_time(MINUTE - 1)
    assert (points(bench), bench.qualify(BEST)["body"]) == first
    assert len(bench.log) == 2
    bench.world.pass_time(2)
    assert (points(bench), told(bench.qualify(BEST))["redeemables"]["total"]) == (500, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"customer": {"source_id": "bob"}},
        {"order": {"amount": 2_000}},
        {"options": {"limit": 2}},
        {"scenario": "AUDIENCE_ONLY"},
    ],
    ids=str,
)
def test_another_question_is_asked(bench: Bench, change: dict[str, Any]) -> None:
    bench.qualify(BEST)
    bench.qualify({**BEST, **change})
    assert len(bench.log) == 2


def test_connections_do_not_share_answers(bench: Bench) -> None:
    bench.connect("publications", "app-2")
    bench.look_up("ana")
    bench.look_up("ana", headers={"x-app-id": "app-2"})
    assert len(bench.log) == 2


def test_errors_are_not_kept(bench: Bench) -> None:
    assert bench.look_up("eve")["statusCode"] == 404
    bench.control("PUT", "loyalty", {"eve": {"Club": 1}})
    bench.voucherify.fail(match="GET", status=503, count=1)
    assert bench.look_up("eve")["statusCode"] == 429
    assert points(bench, "eve") == 1


def test_g7_nothing_of_a_lookup_is_stored(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("create", "replace"):
        monkeypatch.delattr(type(bench.world.hub.store.state), name)
    assert points(bench) == 120
    assert bench.qualify(BEST)["statusCode"] == 200
    assert bench.world.queues.sent == {}


def test_what_voucherify_says_to_wait_holds_lookups_and_publications(bench: Bench) -> None:
    bench.voucherify.fail(match="GET", status=429, headers={"Retry-After": "30"}, count=1)
    refused = bench.look_up("ana")
    assert (refused["statusCode"], refused["headers"]["retry-after"]) == (429, "30")
    assert bench.post({"customer": "ana", "campaign": "Welcome"})["statusCode"] == 429
    assert bench.look_up("bob")["statusCode"] == 429
    assert len(bench.log) == 1
    bench.world.pass_time(30 * SECOND)
    assert points(bench) == 120


def test_a_reply_that_is_too_long_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "MOST_BYTES", 10)
    assert (bench.look_up("ana")["statusCode"], told(bench.look_up("ana"))["key"]) == (400, "reply_too_long")


def test_what_is_kept_has_its_limit(world: World) -> None:
    recent = Recent()
    for number in range(60):
        recent.put(str(number), {"text": "x" * (MOST_BYTES // 50)})
    assert (recent.get("0"), recent.get("59") is not None) == (None, True)
    kept = sum(recent.get(str(number)) is not None for number in range(60))
    assert 45 <= kept < 50


NAMES = ["ana", "bob", "cust", "a/b"]
Step = tuple[str, str, str, int]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["points", "wallet", "restart", "fault"]),
            st.sampled_from(NAMES),
            st.sampled_from([APPLICATION_ID, "app-2"]),
            st.integers(0, 40 * SECOND),
        ),
        max_size=25,
    )
)
def test_g4_no_reply_is_another_customers(steps: list[Step]) -> None:
    world = World()
    with clock.use(world.clock):
        bench = Bench(world)
        bench.connect("publications", "app-2")
        codes = {name: bench.code(customer={"source_id": name}) for name in NAMES}
        bench.control("PUT", "promotions", {})
        for what, name, key, wait_ms in steps:
            world.pass_time(wait_ms)
            headers = {"x-app-id": key}
            if what == "restart":
                bench.restart()
            elif what == "fault":
                bench.voucherify.fail(match="GET", status=200, body={"source_id": "somebody"}, count=1)
            elif what == "points":
                reply = bench.look_up(name, headers=headers)
                assert reply["statusCode"] != 200 or told(reply)["source_id"] == name
            else:
                reply = bench.qualify({"customer": name}, headers=headers)
                assert [one["id"] for one in told(reply)["redeemables"]["data"]] == [codes[name]]
