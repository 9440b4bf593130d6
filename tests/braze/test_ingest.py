"""Braze's route, from request to stored command (G1)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braze.ingest import answer
from cdphub import clock
from cdphub.api import Reply, Request
from cdphub.credentials import Gatekeeper
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.strategies import json_values

WEBHOOK = "/braze/customer-webhook"
KEY = {"applicationid": APPLICATION_ID, "secretkey": SECRET_KEY}
NO_IDS: list[Any] = [None, "", " ", "None", "null", "undefined", [], {}, "x" * 513]
JOIN: dict[str, Any] = {"action": "add", "user_id": "u1", "audience_id": "a1"}


class Braze:
    """Sends requests as Braze does."""

    def __init__(self, world: World, **connection: Any) -> None:
        self.world = world
        world.add_key(world.add_connection("braze", "braze", **connection))
        self.gatekeeper = Gatekeeper(world.hub.store, "braze")

    def send(self, body: Any, path: str = WEBHOOK, method: str = "POST", headers: dict[str, str] = KEY) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return answer(Request(method, path, headers, content), self.gatekeeper, self.world.hub.queues)

    def commands(self) -> list[dict[str, Any]]:
        return [command for body in self.world.queues.bodies("apply") for command in body["commands"]]


@pytest.fixture
def braze(world: World) -> Braze:
    return Braze(world)


def error(reply: Reply) -> tuple[int, str]:
    return reply["statusCode"], json.loads(reply["body"])["error"]["field"]


def test_g1_a_change_is_stored_before_the_reply_after_what_came_along(braze: Braze) -> None:
    reply = braze.send(JOIN | {"email_address": "u1@example.com"})
    body = json.loads(reply["body"])
    assert (reply["statusCode"], body["accepted"], body["rejected"]) == (200, 1, [])
    upsert, membership = braze.commands()
    assert upsert["customer"] == {"source_id": "u1", "email": "u1@example.com"}
    assert (membership["list"], membership["audience"], membership["member"]) == ("brazeAudiences", "a1", True)
    assert [command["order"] for command in (upsert, membership)] == [
        f"{clock.now_ms()}#{body['trace_id']}#{index:06d}" for index in range(2)
    ]


def test_g1_nothing_is_accepted_that_could_not_be_stored(braze: Braze) -> None:
    braze.world.queues.broken = True
    reply = braze.send(JOIN)
    assert reply["statusCode"] == 503
    assert int(reply["headers"]["retry-after"]) > 0
    braze.world.queues.broken = False
    assert braze.send(JOIN)["statusCode"] == 200
    assert len(braze.commands()) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"action=add&user_id=u1", "body"),
        ([JOIN], "body"),
        (JOIN | {"city": "x" * 240_000}, "body"),
        (JOIN | {"city": "x" * 1_000_000}, "body"),
        ({}, "action"),
        (JOIN | {"action": "remove"}, "action"),
        *((JOIN | {key: value}, key) for key in ("user_id", "audience_id") for value in NO_IDS),
        (JOIN | {"email_address": ["u1@example.com"]}, "email_address"),
    ],
)
def test_bad_input_is_400_naming_the_field_and_short(braze: Braze, body: Any, field: str) -> None:
    reply = braze.send(body)
    assert error(reply) == (400, field)
    assert len(reply["body"]) < 1000
    assert not braze.commands()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", WEBHOOK), ("PUT", WEBHOOK), ("POST", "/braze"), ("POST", f"{WEBHOOK}/more")]
)
def test_another_address_or_method_is_404(braze: Braze, method: str, path: str) -> None:
    assert error(braze.send(JOIN, path, method)) == (404, "path")
    assert not braze.commands()


@pytest.mark.parametrize(
    "names", [("applicationid", "secretkey"), ("application-id", "secret-key"), ("x-app-id", "x-app-token")]
)
def test_its_key_may_come_under_any_of_voucherifys_names(braze: Braze, names: tuple[str, str]) -> None:
    assert braze.send(JOIN, headers=dict(zip(names, KEY.values(), strict=True)))["statusCode"] == 200


@pytest.mark.parametrize(
    "headers",
    [{}, KEY | {"applicationid": "somebody"}, KEY | {"secretkey": "wrong"}, {"applicationid": APPLICATION_ID}],
)
@pytest.mark.parametrize("body", [b"{", JOIN])
def test_a_wrong_key_is_401_whatever_the_body(braze: Braze, headers: dict[str, str], body: Any) -> None:
    assert error(braze.send(body, headers=headers)) == (401, "credentials")
    assert not braze.commands()


def test_a_connection_that_is_off_refuses_and_a_paused_one_accepts(world: World) -> None:
    assert Braze(world, state="off").send(JOIN)["statusCode"] == 401
    assert Braze(world, state="paused").send(JOIN)["statusCode"] == 200


ODD = st.sampled_from([float("nan"), "\ud800", 10**400, "None"]) | json_values()
KEYS = st.sampled_from(["email_address", "first_name", "last_name", "country", "city", "phone_number", "metadata"])
CHANGES = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["add", "delete"]) | ODD,
        "user_id": st.just("u1") | ODD,
        "audience_id": st.just("a") | ODD,
    }
)
BODIES = st.binary() | st.builds(
    lambda change, more: json.dumps(more | change).encode(), CHANGES, st.dictionaries(KEYS, ODD)
)


@given(body=BODIES)
def test_no_body_makes_the_hub_fail(body: bytes) -> None:
    world = World()
    with clock.use(world.clock):
        reply = Braze(world).send(body)
    assert reply["statusCode"] in (200, 400)
    assert len(reply["body"]) < 1000
