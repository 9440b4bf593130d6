"""Every cell of the table of answers, for lookups."""

from collections.abc import Callable
from typing import Any

import pytest

from cdphub import clock
from cdphub.api import Reply
from cdphub.aws import AwsError
from tests.fakes import APPLICATION_ID, World
from tests.publications.bench import BUDGETS, BUSY, CDPS, KEY, Bench, minutes, refusal, told

Ask = Callable[..., Reply]


def points(bench: Bench, customer: str = "ana", **how: Any) -> Reply:
    return bench.look_up(customer, **how)


def best(bench: Bench, customer: str = "ana", **how: Any) -> Reply:
    return bench.qualify({"customer": {"source_id": customer}}, **how)


EACH_CDP = pytest.mark.parametrize("cdp", CDPS)
EACH = pytest.mark.parametrize("ask", [points, best])


def bench_of(world: World, cdp: str) -> Bench:
    bench = Bench(world, cdp)
    bench.control("PUT", "loyalty", {"ana": {"Club": 1}})
    return bench


@EACH_CDP
@EACH
def test_the_answer_is_voucherifys(world: World, cdp: str, ask: Ask) -> None:
    reply = ask(bench_of(world, cdp))
    assert (reply["statusCode"], bool(reply["headers"]["x-trace-id"])) == (200, True)
    assert ("loyalty" if ask is points else "redeemables") in told(reply)


@EACH_CDP
@EACH
def test_without_an_id_it_will_not_work(world: World, cdp: str, ask: Ask) -> None:
    status, text = refusal(ask(bench_of(world, cdp), "None"), cdp)
    assert (status, text.startswith("missing_customer")) == (400, True)


@EACH_CDP
def test_an_unknown_customer_has_no_profile(world: World, cdp: str) -> None:
    status, text = refusal(points(bench_of(world, cdp), "eve"), cdp)
    assert (status, text.startswith("not_found")) == (404, True)


@EACH_CDP
@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"customer": {"id": "cust_unknown"}}, 404, "not_found"),
        ({"scenario": "EVERYTHING"}, 400, "invalid_payload"),
        ({"options": {"limit": 51}}, 400, "invalid_payload"),
        ({"order": "x"}, 400, "invalid_payload"),
    ],
    ids=str,
)
def test_what_voucherify_or_the_hub_refuses(
    world: World, cdp: str, change: dict[str, Any], status: int, text: str
) -> None:
    refused = refusal(bench_of(world, cdp).qualify({"customer": "ana", **change}), cdp)
    assert (refused[0], refused[1].startswith(text)) == (status, True)


@EACH_CDP
@EACH
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"Retry-After": "7"}},
        {"status": 402},
        {"status": 401},
        {"status": 500},
        {"status": 502},
        {"status": 302, "body": ""},
        {"reset": True},
        {"delay": 60},
        {"status": 200, "body": {"id": "cust_other", "source_id": "bob"}},
        {"status": 200, "body": "[]"},
        {"status": 200, "body": "<html>"},
    ],
    ids=str,
)
def test_throttled_timed_out_or_our_own_trouble(world: World, cdp: str, ask: Ask, fault: dict[str, Any]) -> None:
    bench = bench_of(world, cdp)
    bench.voucherify.fail(match="", **fault)
    began = clock.now_ms()
    reply = ask(bench)
    assert (reply["statusCode"], told(reply)["code"]) == (BUSY[cdp], BUSY[cdp])
    waits = {429: range(7, 8), 402: range(1, 61)}.get(fault.get("status", 0), range(1, 2))
    assert int(reply["headers"]["retry-after"]) in waits
    assert clock.now_ms() - began <= BUDGETS[cdp]
    bench.voucherify.heal()
    world.pass_time(minutes(1))
    assert ask(bench)["statusCode"] == 200


@EACH_CDP
@EACH
def test_trouble_of_the_hub(world: World, cdp: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise AwsError("DynamoDB: down")

    monkeypatch.setattr(world.hub.store.connections, "read_project", fail)
    assert ask(bench_of(world, cdp))["statusCode"] == BUSY[cdp]


@EACH_CDP
@EACH
def test_a_paused_connection_looks_nothing_up(world: World, cdp: str, ask: Ask) -> None:
    bench = bench_of(world, cdp)
    world.add_connection(f"{cdp}-{APPLICATION_ID}", cdp, state="paused")
    bench.restart()
    assert (ask(bench)["statusCode"], bench.log) == (BUSY[cdp], [])


@EACH_CDP
@EACH
@pytest.mark.parametrize("headers", [{"x-app-id": "unknown"}, {"x-app-token": "guessed"}], ids=str)
def test_a_wrong_key_is_401(world: World, cdp: str, ask: Ask, headers: dict[str, str]) -> None:
    bench = bench_of(world, cdp)
    reply = ask(bench, headers={**KEY, **headers})
    assert (reply["statusCode"], told(reply)["key"], bench.log) == (401, "unauthorized", [])
