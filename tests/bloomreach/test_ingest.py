"""Bloomreach's routes, from request to stored command (G1), and the statuses that stop its campaigns."""

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloomreach.ingest import answer
from bloomreach.profile import PROFILE
from cdphub import clock
from cdphub.api import Reply, Request
from cdphub.credentials import Gatekeeper
from front.default import route
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.strategies import json_values

CUSTOMERS = "/bloomreach-engagement/upsert-customer-bulk"
EVENTS = "/bloomreach-engagement/create-event-bulk"
KEY = {"application-id": APPLICATION_ID, "secret-key": SECRET_KEY}
EVENT = {"event": "Seen", "customer": {"registered": "u1"}}

HARMLESS = {200, 401, 503}
"""Bloomreach stops a webhook for 400, 404, 410, 412, 413 and 418, and whether it repeats 429 is not documented."""


class Bloomreach:
    """Sends requests as Bloomreach does."""

    def __init__(self, world: World, **connection: Any) -> None:
        self.world = world
        world.add_key(world.add_connection("bloomreach", "bloomreach", **connection))
        self.gatekeeper = Gatekeeper(world.hub.store, "bloomreach")

    def send(self, path: str, body: Any, method: str = "POST", headers: dict[str, str] = KEY) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return answer(Request(method, path, headers, content), self.gatekeeper, self.world.hub.queues)

    def commands(self) -> list[dict[str, Any]]:
        return [command for body in self.world.queues.bodies("apply") for command in body["commands"]]


@pytest.fixture
def bloomreach(world: World) -> Bloomreach:
    return Bloomreach(world)


def told(reply: Reply) -> dict[str, Any]:
    assert reply["statusCode"] == 200
    body: dict[str, Any] = json.loads(reply["body"])
    return body


def test_g1_customers_are_stored_before_the_reply_in_their_order(bloomreach: Bloomreach) -> None:
    reply = told(bloomreach.send(CUSTOMERS, [{"registered": "u1"}, {"registered": "u2"}, {"registered": "u1"}]))
    assert reply == {"success": True, "trace_id": reply["trace_id"], "accepted": 3, "rejected": []}
    commands = bloomreach.commands()
    assert [command["customer"]["source_id"] for command in commands] == ["u1", "u2", "u1"]
    orders = [f"{clock.now_ms()}#{reply['trace_id']}#{index:06d}" for index in range(3)]
    assert [command["order"] for command in commands] == orders


def test_g1_nothing_is_accepted_that_could_not_be_stored(bloomreach: Bloomreach) -> None:
    bloomreach.world.queues.broken = True
    reply = bloomreach.send(EVENTS, EVENT)
    assert reply["statusCode"] == 503
    assert int(reply["headers"]["retry-after"]) > 0
    bloomreach.world.queues.broken = False
    assert told(bloomreach.send(EVENTS, EVENT))["accepted"] == 1
    assert len(bloomreach.commands()) == 1


def test_one_bad_item_among_999_good_is_the_only_one_rejected(bloomreach: Bloomreach) -> None:
    items = [{"registered": f"u{index}"} for index in range(1000)]
    items[500] = {"crm_id": "u500"}
    reply = told(bloomreach.send(CUSTOMERS, items))
    reason = "customer: has no ID in main_hard_id or registered; its keys: crm_id"
    assert (reply["success"], reply["accepted"]) == (True, 999)
    assert reply["rejected"] == [{"index": 500, "reason": reason}]
    assert len(bloomreach.commands()) == 999


@pytest.mark.parametrize("description", ["x" * 240_000, "é" * 40_000])
def test_an_item_too_long_to_be_stored_is_the_only_one_rejected(bloomreach: Bloomreach, description: str) -> None:
    items = [{"registered": "u0"}, {"registered": "u1", "description": description}, {"registered": "u2"}]
    reply = told(bloomreach.send(CUSTOMERS, items))
    assert (reply["accepted"], [rejected["index"] for rejected in reply["rejected"]]) == (2, [1])
    assert [command["customer"]["source_id"] for command in bloomreach.commands()] == ["u0", "u2"]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_a_number_that_json_lacks_is_one_items_trouble(bloomreach: Bloomreach, number: str) -> None:
    body = (
        f'[{{"registered": "u0", "metadata": {{"x": {number}}}}}, {{"registered": {number}}}, {{"registered": "u2"}}]'
    )
    reply = told(bloomreach.send(CUSTOMERS, body.encode()))
    assert [rejected["index"] for rejected in reply["rejected"]] == [0, 1]
    assert [command["customer"]["source_id"] for command in bloomreach.commands()] == ["u2"]


def test_where_nothing_was_accepted_there_is_no_success(bloomreach: Bloomreach) -> None:
    reply = told(bloomreach.send(EVENTS, {"event": "Seen", "customer": {}}))
    reason = "customer: has no ID in main_hard_id or registered; its keys: none"
    assert reply == {
        "success": False,
        "trace_id": reply["trace_id"],
        "accepted": 0,
        "rejected": [{"index": 0, "reason": reason}],
        "errors": [{"code": 400, "description": reason}],
    }


def test_nothing_is_accepted_of_nothing(bloomreach: Bloomreach) -> None:
    assert told(bloomreach.send(EVENTS, []))["success"]
    assert not bloomreach.commands()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "must be JSON"),
        (b'[{"registered": "u1", "name": "An "odd" name"}]', "must be JSON: expected .* at line 1 column 36"),
        (b'[{"registered": "u1"},\n]', "must be JSON: .* at line 2 column 1"),
        (b'{"registered": "\xff"}', "must be JSON"),
        (b'[{"registered": "u1", "metadata": ' + b'{"x":' * 100_000, "must be JSON"),
        (b" " * 4_500_001, "must not have more than 4500000 bytes"),
    ],
    ids=["empty", "quotes", "comma", "not-utf-8", "deep", "long"],
)
@pytest.mark.parametrize("path", [CUSTOMERS, EVENTS])
def test_a_body_that_cannot_be_read_says_why_and_stops_nothing(
    bloomreach: Bloomreach, path: str, body: bytes, reason: str
) -> None:
    reply = told(bloomreach.send(path, body))
    told_reason = reply["error"]["reason"]
    assert re.match(reason, told_reason)
    assert reply == {
        "success": False,
        "errors": [{"code": 400, "description": f"body: {told_reason}"}],
        "error": {"field": "body", "reason": told_reason},
        "trace_id": reply["trace_id"],
    }
    assert not bloomreach.commands()


@pytest.mark.parametrize(
    "path", ["", "/", "/upsert-customer", "/create-event-bulk/more", "/%2e%2e", "/Upsert-Customer-Bulk"]
)
@pytest.mark.parametrize("method", ["POST", "GET", "HEAD"])
def test_a_wrong_path_below_its_prefix_stops_nothing(bloomreach: Bloomreach, method: str, path: str) -> None:
    request = Request(method, f"//bloomreach-engagement{path}")
    found = route(request, {"bloomreach": PROFILE})
    assert found is not None
    reply = told(bloomreach.send(found[1], EVENT, method))
    assert (reply["success"], reply["error"]["field"]) == (False, "path")
    assert not bloomreach.commands()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_a_wrong_method_stops_nothing(bloomreach: Bloomreach, method: str) -> None:
    assert told(bloomreach.send(CUSTOMERS, [{"registered": "u1"}], method))["error"]["field"] == "path"
    assert not bloomreach.commands()


@pytest.mark.parametrize(
    "names", [("application-id", "secret-key"), ("x-app-id", "x-app-token"), ("applicationid", "secretkey")]
)
def test_its_key_may_come_under_any_of_voucherifys_names(bloomreach: Bloomreach, names: tuple[str, str]) -> None:
    headers = dict(zip(names, KEY.values(), strict=True))
    assert told(bloomreach.send(EVENTS, EVENT, headers=headers))["accepted"] == 1


def test_its_key_may_come_as_basic_authentication(bloomreach: Bloomreach) -> None:
    encoded = base64.b64encode(f"{APPLICATION_ID}:{SECRET_KEY}".encode()).decode()
    assert told(bloomreach.send(EVENTS, EVENT, headers={"authorization": f"Basic {encoded}"}))["accepted"] == 1


@pytest.mark.parametrize(
    "headers",
    [{}, KEY | {"application-id": "somebody"}, KEY | {"secret-key": "wrong"}, {"application-id": APPLICATION_ID}],
)
@pytest.mark.parametrize("body", [b"{", [EVENT], b" " * 4_500_001])
def test_a_wrong_key_is_401_whatever_the_body(bloomreach: Bloomreach, headers: dict[str, str], body: Any) -> None:
    assert bloomreach.send(EVENTS, body, headers=headers)["statusCode"] == 401
    assert not bloomreach.commands()


def test_an_event_that_is_not_let_through_is_accepted_and_not_stored(world: World) -> None:
    bloomreach = Bloomreach(world, settings={"track_events_filter": ["Bought"]})
    assert told(bloomreach.send(EVENTS, [EVENT, EVENT | {"event": "Bought"}]))["accepted"] == 2
    assert [command["event"] for command in bloomreach.commands()] == ["Bought"]


def test_a_reply_stays_short(bloomreach: Bloomreach) -> None:
    reply = bloomreach.send(CUSTOMERS, [{f"{number}-{'x' * 100}": 1 for number in range(50)}] * 500)
    assert len(reply["body"]) < PROFILE.reply_bytes
    assert len(told(reply)["rejected"]) > 3


NAMES = ["registered", "main_hard_id", "name", "birthdate", "address", "metadata", "event", "referral", "loyalty"]
NAMES += ["source_event_id", "timestamp", "customers", "events"]
ODD = st.sampled_from([float("nan"), float("inf"), "\ud800", 10**400, "None", "x" * 250_000]) | json_values()
ITEMS = st.dictionaries(st.sampled_from(NAMES), ODD) | st.fixed_dictionaries(
    {"registered": st.just("u1"), "customer": st.fixed_dictionaries({"registered": ODD, "metadata": ODD}), "event": ODD}
)
BODIES = st.binary() | (ODD | ITEMS | st.lists(ODD | ITEMS, max_size=3)).map(lambda body: json.dumps(body).encode())


@given(path=st.sampled_from([CUSTOMERS, EVENTS]), body=BODIES, method=st.sampled_from(["POST"] * 9 + ["GET"]))
def test_no_body_makes_the_hub_fail_or_stops_a_campaign(path: str, body: bytes, method: str) -> None:
    world = World()
    with clock.use(world.clock):
        reply = Bloomreach(world).send(path, body, method)
    assert reply["statusCode"] in HARMLESS
    answered = told(reply)
    accepted = answered.get("accepted", 0)
    assert accepted == len([command for sent in world.queues.bodies("apply") for command in sent["commands"]])
    assert answered["success"] == (accepted > 0 or answered.get("rejected") == [])
