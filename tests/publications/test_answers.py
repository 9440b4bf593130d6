"""Every cell of the table of answers: what each CDP is told, and within how long."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.api import Reply, Request
from cdphub.aws import AwsError
from cdphub.clock import SECOND
from cdphub.connections import ProjectSecrets, project_parameter
from cdphub.credentials import CredentialForm, HeaderPair
from cdphub.secrets import SecretNotFoundError
from front.default import route
from publications.publish import answer
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.publications.bench import ANA, BUDGETS, BUSY, CDPS, KEY, PROFILES, Bench, minutes, refusal, told
from tests.strategies import json_values

EACH_CDP = pytest.mark.parametrize("cdp", CDPS)
HARMLESS = {200, 401, 503}
"""What stops no webhook of Bloomreach's."""


@EACH_CDP
def test_a_code_comes_as_voucherify_gives_it(world: World, cdp: str) -> None:
    bench = Bench(world, cdp)
    bench.control("PUT", "campaigns", {"Welcome": {"metadata": {"marketing_text": "10% off"}}})
    reply = bench.post({**ANA, "source_id": "send-1"})
    (publication,) = bench.publications()
    assert (reply["statusCode"], told(reply)) == (200, {**publication, "source_id": "send-1"})
    assert reply["headers"]["content-type"] == "application/json"
    assert told(reply)["voucher"]["metadata"]["marketing_text"] == "10% off"
    assert len(publication["source_id"]) == 64


@EACH_CDP
@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"campaign": {"name": "Spent"}}, 400, "no_voucher_suitable_for_publication"),
        ({"campaign": {"name": "Club"}, "occasion": "again"}, 400, "voucher_cannot_be_published"),
        ({"campaign": {"name": "Unknown"}}, 404, "not_found"),
        ({"customer": {"id": "cust_unknown"}}, 404, "not_found"),
        ({"voucher": "UNKNOWN"}, 404, "not_found"),
        ({"customer": {"source_id": ""}}, 400, "missing_customer: customer: has no id"),
        ({"campaign": None}, 400, "missing_vouchers: campaign: has no name"),
        ({"campaign": {"name": "Welcome", "count": 99}}, 400, "invalid_payload: campaign.count"),
    ],
    ids=["out-of-codes", "joined", "campaign", "customer", "voucher", "no-customer", "no-campaign", "count"],
)
def test_trouble_of_this_customer_or_campaign(
    world: World, cdp: str, change: dict[str, Any], status: int, text: str
) -> None:
    bench = Bench(world, cdp)
    bench.control("PUT", "behaviour", {"repeated_join": "refused"})
    bench.control("PUT", "campaigns", {"Spent": {"codes": []}, "Club": {"join_once": True}})
    bench.publish(campaign="Club", source_id="before")
    found, description = refusal(bench.post({**ANA, **change}), cdp)
    assert found == status
    assert text.partition(":")[0] in description
    assert text.rpartition(": ")[2] in description


@EACH_CDP
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
        {"status": 200, "body": {"id": "pub_1"}},
        {"status": 200, "body": "[]"},
        {"status": 200, "body": {"tracking_id": "bob", "voucher": {"code": "X", "campaign": "Welcome"}}},
    ],
    ids=str,
)
def test_throttled_timed_out_or_our_own_trouble(world: World, cdp: str, fault: dict[str, Any]) -> None:
    bench = Bench(world, cdp)
    bench.voucherify.fail(match="POST", **fault)
    began = clock.now_ms()
    reply = bench.post(ANA)
    assert (reply["statusCode"], "voucher" in told(reply)) == (BUSY[cdp], False)
    assert told(reply)["code"] == BUSY[cdp]
    waits = {429: range(7, 8), 402: range(1, 61)}.get(fault.get("status", 0), range(1, 2))
    assert int(reply["headers"]["retry-after"]) in waits
    assert clock.now_ms() - began <= BUDGETS[cdp]
    bench.voucherify.heal()
    world.pass_time(minutes(3))
    assert bench.code() == bench.publications()[0]["voucher"]["code"]
    assert len(bench.publications()) == 1


@EACH_CDP
def test_a_repeat_of_what_is_under_way_waits_and_then_comes_again(world: World, cdp: str) -> None:
    bench = Bench(world, cdp)
    bench.voucherify.fail(match="POST", status=200, delay=7, count=1)
    replies: list[tuple[Reply, int]] = []

    def repeat() -> None:
        began = clock.now_ms()
        replies.append((bench.post(ANA), clock.now_ms() - began))

    bench.voucherify.meanwhile(repeat)
    bench.post(ANA)
    ((reply, took_ms),) = replies
    assert (reply["statusCode"], int(reply["headers"]["retry-after"]) >= 1) == (BUSY[cdp], True)
    assert BUDGETS[cdp] - 200 < took_ms <= BUDGETS[cdp]


@EACH_CDP
def test_the_connections_own_pace_is_waited_for_and_then_refused(world: World, cdp: str) -> None:
    world.clock.now += clock.MINUTE - world.clock.now % clock.MINUTE
    bench = Bench(world, cdp, publications_per_minute=1)
    bench.code()
    began = clock.now_ms()
    reply = bench.post({**ANA, "source_id": "2"})
    assert (reply["statusCode"], reply["headers"]["retry-after"]) == (BUSY[cdp], "60")
    assert clock.now_ms() - began <= BUDGETS[cdp]
    world.pass_time(clock.MINUTE - BUDGETS[cdp] // 2)
    assert bench.code(source_id="2")


@EACH_CDP
@pytest.mark.parametrize("broken", ["store", "secrets", "project"])
def test_trouble_of_the_hub(world: World, cdp: str, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise SecretNotFoundError("none") if broken == "secrets" else AwsError("DynamoDB: down")

    bench = Bench(world, cdp)
    target, name = {
        "store": (world.hub.store.state, "read"),
        "secrets": (world.secrets, "read"),
        "project": (world.hub.store.connections, "read_project"),
    }[broken]
    monkeypatch.setattr(target, name, fail)
    assert bench.post(ANA)["statusCode"] == BUSY[cdp]


@EACH_CDP
def test_a_paused_connection_gives_no_codes_yet(world: World, cdp: str) -> None:
    bench = Bench(world, cdp)
    world.add_connection(f"{cdp}-{APPLICATION_ID}", cdp, state="paused")
    bench.restart()
    assert bench.post(ANA)["statusCode"] == BUSY[cdp]
    assert bench.posts() == 0


@EACH_CDP
@pytest.mark.parametrize("headers", [{}, {"x-app-id": "unknown"}, {"x-app-token": "guessed"}], ids=str)
def test_a_wrong_key_is_401_in_voucherifys_form(world: World, cdp: str, headers: dict[str, str]) -> None:
    bench = Bench(world, cdp)
    sent = {**KEY, **headers} if headers else dict.fromkeys(KEY, "")
    reply = bench.post(ANA, headers=sent)
    body = told(reply)
    assert (reply["statusCode"], body["code"], body["key"]) == (401, 401, "unauthorized")
    assert bench.posts() == 0


def test_new_keys_of_the_hub_are_read_at_once(world: World) -> None:
    bench = Bench(world)
    bench.code()
    secrets = ProjectSecrets(application_id="new-id", secret_key="new-key", salt="salt")
    world.secrets.write(project_parameter("shop"), secrets.model_dump())
    bench.voucherify.fail(match="POST", status=401, count=1)
    assert bench.code(occasion="other")


@EACH_CDP
@pytest.mark.parametrize("prefix", sorted({profile.prefix for profile in PROFILES.values()}))
def test_a_key_works_below_its_own_prefix_and_on_voucherifys_paths(world: World, cdp: str, prefix: str) -> None:
    bench = Bench(world, cdp)
    base = "" if prefix == "v1" else f"/{prefix}"
    own = prefix in ("v1", PROFILES[cdp].prefix)
    assert bench.post(ANA, f"{base}/v1/publications")["statusCode"] == (200 if own else 401)
    query = "customer[source_id]=ana&campaign[name]=Welcome"
    assert bench.get(query, f"{base}/v1/publications/create")["statusCode"] == (200 if own else 401)
    assert bench.posts() == (1 if own else 0)


@pytest.mark.parametrize(("cdp", "found"), [(cdp, form) for cdp in CDPS for form in PROFILES[cdp].credentials])
def test_a_key_may_come_in_each_form_of_its_cdp(world: World, cdp: str, found: CredentialForm) -> None:
    basic = base64.b64encode(f"{APPLICATION_ID}:{SECRET_KEY}".encode()).decode()
    headers = (
        {found.id_header: APPLICATION_ID, found.secret_header: SECRET_KEY}
        if isinstance(found, HeaderPair)
        else {"authorization": f"Basic {basic}"}
    )
    request = Request("POST", "/v1/publications", headers, json.dumps(ANA).encode())
    assert Bench(world, cdp).send(request)["statusCode"] == 200


@EACH_CDP
@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/v1/publications"), ("GET", "/v1/publications"), ("POST", "/v1/publications/create"), ("POST", "/v1/x")],
)
def test_another_path_or_method_is_not_found(world: World, cdp: str, method: str, path: str) -> None:
    reply = Bench(world, cdp).send(Request(method, path, KEY, json.dumps(ANA).encode()))
    assert refusal(reply, cdp)[0] == 404


@given(
    st.sampled_from(
        ["", "/v1/publications", "/v1/publications/create", "/v1/customers/ana", "/v1/qualifications", "/v1/x"]
    )
    | st.text(max_size=20),
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]),
    st.binary(max_size=30) | json_values().map(lambda value: json.dumps(value).encode()),
    st.text(alphabet="customer[source_id]=&%campaign1", max_size=60),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", ""]),
)
def test_nothing_that_bloomreach_sends_stops_its_campaign(
    path: str, method: str, body: bytes, query: str, content_type: str
) -> None:
    world = World()
    with clock.use(world.clock):
        desk = Bench(world, "bloomreach").desk
        headers = {**KEY, "content-type": content_type}
        for prefix in ("", "/bloomreach-engagement"):
            request = Request(method, f"{prefix}{path}", headers, body, query=query)
            found = route(request, PROFILES)
            if found is None or PROFILES["bloomreach"].handler(found[1]) != "publications.publish.handler":
                continue
            sent = Request(method, found[1], headers, body, query=query)
            assert answer(sent, desk)["statusCode"] in HARMLESS


@EACH_CDP
@pytest.mark.parametrize("length", [64_001, 5_000_000])
def test_a_call_that_is_too_long_is_refused(world: World, cdp: str, length: int) -> None:
    assert refusal(Bench(world, cdp).post(b"{" + b" " * length), cdp)[0] == 400


def test_a_long_reply_fits_into_a_message_platform(world: World) -> None:
    bench = Bench(world)
    bench.control("PUT", "campaigns", {"Welcome": {"metadata": {"text": "x" * 2_000_000}}})
    first = bench.publish()
    assert len(json.dumps(first)) < 10_000
    assert first == bench.publish()
    assert (first["voucher"]["code"], first["tracking_id"]) == (bench.publications()[0]["voucher"]["code"], "ana")


def test_what_voucherify_says_to_wait_is_waited(world: World) -> None:
    bench = Bench(world, "iterable")
    bench.voucherify.fail(match="POST", status=429, headers={"Retry-After": "5"}, count=1)
    assert bench.post(ANA)["statusCode"] == 503
    began = clock.now_ms()
    assert bench.code()
    assert (clock.now_ms() - began, bench.posts()) == (5 * SECOND, 2)
