"""Segment's routes, from request to stored command (G1)."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.api import Reply, Request
from cdphub.credentials import Gatekeeper
from segment.ingest import PARSERS, answer
from segment.profile import PROFILE
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.strategies import json_values

CUSTOMER = "/segmentio/customer-processing"
EVENT = "/segmentio/event-processing"
GROUP = "/segmentio/group-processing"
TEST = "/segmentio/test-authentication"

NO_IDS: list[Any] = [None, "", " ", "None", "null", "undefined", [], {}]


def key_headers(application_id: str = APPLICATION_ID, secret: str = SECRET_KEY) -> dict[str, str]:
    """What Segment sends: the id alone, without a colon, and the secret in a header of its own."""
    return {
        "authorization": f"Basic {base64.b64encode(application_id.encode()).decode()}",
        "secret-key": base64.b64encode(secret.encode()).decode(),
    }


class Segment:
    """Sends requests as Segment does."""

    def __init__(self, world: World, **connection: Any) -> None:
        self.world = world
        world.add_key(world.add_connection(**connection))
        self.gatekeeper = Gatekeeper(world.hub.store, "segment")

    def send(self, path: str, body: Any = None, method: str = "POST", headers: dict[str, str] | None = None) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(method, path, key_headers() if headers is None else headers, content)
        return answer(request, self.gatekeeper, self.world.hub.queues, self.world.hub.secrets)

    def commands(self) -> list[dict[str, Any]]:
        return [command for body in self.world.queues.bodies("apply") for command in body["commands"]]


@pytest.fixture
def segment(world: World) -> Segment:
    return Segment(world)


def error(reply: Reply) -> tuple[int, str]:
    return reply["statusCode"], json.loads(reply["body"])["error"]["field"]


def test_g1_a_customer_is_stored_before_the_reply(segment: Segment) -> None:
    reply = segment.send(CUSTOMER, {"source_id": "u1", "email": "u1@example.com", "type": "identify"})
    assert reply["statusCode"] == 200
    body = json.loads(reply["body"])
    assert (body["accepted"], body["rejected"]) == (1, [])
    [command] = segment.commands()
    assert command["order"] == f"{clock.now_ms()}#{body['trace_id']}#000000"
    assert command["customer"] == {"source_id": "u1", "email": "u1@example.com"}


def test_g1_nothing_is_accepted_that_could_not_be_stored(segment: Segment) -> None:
    segment.world.queues.broken = True
    reply = segment.send(CUSTOMER, {"source_id": "u1", "type": "identify"})
    assert reply["statusCode"] == 503
    assert int(reply["headers"]["retry-after"]) > 0
    segment.world.queues.broken = False
    assert segment.send(CUSTOMER, {"source_id": "u1", "type": "identify"})["statusCode"] == 200
    assert len(segment.commands()) == 1


def test_a_message_says_its_project_and_shares_the_queue_by_it(segment: Segment) -> None:
    segment.send(CUSTOMER, {"source_id": "u1"})
    [message] = segment.world.queues.sent["apply"]
    assert (message.body["v"], message.body["project"], message.group) == (1, "shop", "shop")


def test_authentication_can_be_tested_without_a_trace(segment: Segment) -> None:
    assert segment.send(TEST, b"", "GET")["statusCode"] == 200
    assert segment.send(TEST, b"", "GET", key_headers(secret="wrong"))["statusCode"] == 401
    assert not segment.world.queues.sent


@pytest.mark.parametrize(
    "headers",
    [
        {},
        key_headers(application_id="somebody"),
        key_headers(secret="wrong"),
        key_headers(application_id=f"{APPLICATION_ID}:{SECRET_KEY}"),
        key_headers() | {"authorization": APPLICATION_ID},
        key_headers() | {"authorization": "Basic ???"},
        key_headers() | {"secret-key": SECRET_KEY},
        key_headers(application_id="x" * 100_000),
        {"authorization": "Basic /w==", "secret-key": "/w=="},
    ],
)
@pytest.mark.parametrize("path", [CUSTOMER, EVENT, GROUP])
def test_a_wrong_key_is_401_whatever_the_body(segment: Segment, path: str, headers: dict[str, str]) -> None:
    reply = segment.send(path, b"{", headers=headers)
    assert error(reply) == (401, "credentials")
    assert not segment.world.queues.sent


def test_unknown_id_and_wrong_secret_get_the_same_answer(segment: Segment) -> None:
    replies = [
        json.loads(segment.send(CUSTOMER, {}, headers=headers)["body"])["error"]
        for headers in (key_headers(application_id="somebody"), key_headers(secret="wrong"))
    ]
    assert replies[0] == replies[1]


def test_a_connection_that_is_off_refuses_and_a_paused_one_accepts(world: World) -> None:
    body = {"source_id": "u1"}
    assert Segment(world, state="off").send(CUSTOMER, body)["statusCode"] == 401
    assert Segment(world, state="paused").send(CUSTOMER, body)["statusCode"] == 200


def test_a_rotated_key_works_at_once_and_a_guesser_reads_the_table_once_in_five_seconds(world: World) -> None:
    segment = Segment(world)
    assert segment.send(TEST, b"", "GET")["statusCode"] == 200
    world.pass_time(6_000)
    world.add_key(world.add_connection(), secret="new")
    assert segment.send(TEST, b"", "GET", key_headers(secret="new"))["statusCode"] == 200
    world.add_key(world.add_connection(), secret="newer")
    assert segment.send(TEST, b"", "GET", key_headers(secret="newer"))["statusCode"] == 401
    world.pass_time(6_000)
    assert segment.send(TEST, b"", "GET", key_headers(secret="newer"))["statusCode"] == 200


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (CUSTOMER, b"", "body"),
        (CUSTOMER, b"{", "body"),
        (CUSTOMER, b"\xff\xfe", "body"),
        (CUSTOMER, b'{"source_id":"\xff"}', "body"),
        (CUSTOMER, b'{"source_id":"u1","name":"\\ud800"}', "body"),
        (CUSTOMER, b'{"source_id":"u1","name":NaN}', "body"),
        (CUSTOMER, b'{"source_id":"u1","metadata":' + b'{"x":' * 100_000, "body"),
        (CUSTOMER, [{"source_id": "u1"}], "body"),
        (CUSTOMER, "text", "body"),
        (CUSTOMER, None, "body"),
        (CUSTOMER, {"source_id": "u1", "description": "x" * 1_000_000}, "body"),
        (CUSTOMER, {"source_id": "u1", "description": "x" * 240_000}, "body"),
        (CUSTOMER, {}, "source_id"),
        *((CUSTOMER, {"source_id": none}, "source_id") for none in NO_IDS),
        (CUSTOMER, {"source_id": "x" * 513}, "source_id"),
        (CUSTOMER, {"source_id": "u1", "email": ["a@example.com"]}, "email"),
        (CUSTOMER, {"source_id": "u1", "address": "Main Street"}, "address"),
        (CUSTOMER, {"source_id": "u1", "address": {"city": {}}}, "address.city"),
        (CUSTOMER, {"source_id": "u1", "metadata": "vip"}, "metadata"),
        (CUSTOMER, {"source_id": "u1", "metadata": ["vip"]}, "metadata"),
        (CUSTOMER, b'{"source_id":"u1","metadata":{"x":1e999}}', "metadata"),
        (CUSTOMER, b'{"source_id":"u1","metadata":' + b'{"x":' * 40 + b"1" + b"}" * 41, "metadata"),
        (EVENT, {"event": "Seen"}, "customer"),
        (EVENT, {"customer": {}, "event": "Seen"}, "customer.source_id"),
        (EVENT, {"customer": None, "event": "Seen"}, "customer.source_id"),
        (EVENT, {"customer": {"source_id": "null"}, "event": "Seen"}, "customer.source_id"),
        (EVENT, {"customer": {"source_id": "u1"}}, "event"),
        (EVENT, {"customer": {"source_id": "u1"}, "event": "", "type": ""}, "event"),
        (EVENT, {"customer": {"source_id": "u1"}, "event": "x" * 301}, "event"),
        (EVENT, {"customer": {"source_id": "u1"}, "event": "Seen", "referral": "code"}, "referral"),
        (EVENT, {"customer": {"source_id": "u1"}, "event": "Seen", "loyalty": {"code": []}}, "loyalty.code"),
        (GROUP, {"customer": {"source_id": "u1"}}, "group_id"),
        (GROUP, {"customer": {"source_id": "u1"}, "group_id": "null"}, "group_id"),
        (GROUP, {"customer": {"source_id": "u1"}, "group_id": "g1", "traits": 5}, "traits"),
        ("/segmentio", {}, "path"),
        ("/segmentio/alias-processing", {}, "path"),
    ],
)
def test_bad_input_is_400_naming_the_field_and_short(segment: Segment, path: str, body: Any, field: str) -> None:
    reply = segment.send(path, body)
    assert error(reply) == (400, field)
    assert len(reply["body"]) < 1000
    assert not segment.world.queues.sent


def test_every_route_of_the_profile_has_a_parser() -> None:
    assert set(PARSERS) == set(PROFILE.routes)


NAMES = ["source_id", "customer", "event", "type", "group_id", "traits", "metadata", "address", "referral", "birthdate"]
ODD = st.sampled_from([float("nan"), float("inf"), "\ud800", 10**400]) | json_values()
BODIES = st.binary() | st.dictionaries(st.sampled_from(NAMES), ODD | st.fixed_dictionaries({"source_id": ODD})).map(
    lambda value: json.dumps(value).encode()
)


@given(path=st.sampled_from([CUSTOMER, EVENT, GROUP]), body=BODIES)
def test_no_body_makes_the_hub_fail(path: str, body: bytes) -> None:
    world = World()
    with clock.use(world.clock):
        reply = Segment(world).send(path, body)
    assert reply["statusCode"] in (200, 400)
    assert len(reply["body"]) < 1000
