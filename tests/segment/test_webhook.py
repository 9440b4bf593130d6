"""Segment's messages as they are, from request to stored command (G1)."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.api import Reply
from cdphub.outbox.merge import merge, seen
from cdphub.outbox.row import Row
from cdphub.schema import Commands
from segment.targets import CUSTOMER_TARGETS, EVENT_TARGETS
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.segment.test_ingest import ODD, Segment, error, key_headers
from tests.strategies import json_values

WEBHOOK = "/segmentio/webhook"
PLAIN = {"application-id": APPLICATION_ID, "secret-key": SECRET_KEY}
IDENTIFY = {"type": "identify", "userId": "u1", "traits": {"email": "u1@example.com"}}
TRACK = {"type": "track", "userId": "u1", "event": "Seen"}
SHARED_SECRET = "a shared secret"


def basic(text: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def post(segment: Segment, body: Any, **headers: str) -> Reply:
    return segment.send(WEBHOOK, body, headers=PLAIN | headers)


@pytest.fixture
def segment(world: World) -> Segment:
    return Segment(world)


@pytest.mark.parametrize(
    "headers",
    [
        PLAIN,
        {"x-app-id": APPLICATION_ID, "x-app-token": SECRET_KEY},
        basic(f"{APPLICATION_ID}:{SECRET_KEY}"),
        key_headers(),
        # A header of another form beside the key's own takes nothing away.
        PLAIN | basic("a-write-key:"),
        PLAIN | {"x-app-id": "somebody"},
        {"x-app-id": APPLICATION_ID, "x-app-token": SECRET_KEY} | basic("a-write-key:"),
        {"x-app-id": APPLICATION_ID, "x-app-token": SECRET_KEY, "secret-key": "c2VjcmV0"} | basic("somebody"),
        key_headers() | {"application-id": ""},
    ],
)
def test_every_form_of_the_key_is_taken(segment: Segment, headers: dict[str, str]) -> None:
    assert segment.send(WEBHOOK, IDENTIFY, headers=headers)["statusCode"] == 200
    assert len(segment.commands()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        PLAIN | {"secret-key": "wrong"},
        PLAIN | {"application-id": "somebody"},
        {"application-id": APPLICATION_ID},
        {"x-app-id": APPLICATION_ID, "secret-key": SECRET_KEY},
        basic(APPLICATION_ID),
        basic(f"{APPLICATION_ID}:"),
        basic(f"{APPLICATION_ID}:wrong"),
        {"authorization": f"Bearer {SECRET_KEY}"},
    ],
)
def test_a_wrong_key_is_401_whatever_the_body(segment: Segment, headers: dict[str, str]) -> None:
    assert error(segment.send(WEBHOOK, b"{", headers=headers)) == (401, "credentials")
    assert not segment.world.queues.sent


def test_g1_a_batch_is_stored_in_its_order_before_the_reply(segment: Segment) -> None:
    group = {"type": "group", "userId": "u1", "groupId": "g1", "traits": {"plan": "x"}}
    reply = post(segment, [IDENTIFY, group, TRACK, {"type": "delete", "userId": "u2"}])
    body = json.loads(reply["body"])
    assert (reply["statusCode"], body["accepted"], body["rejected"]) == (200, 4, [])
    assert [command["kind"] for command in segment.commands()] == ["upsert", "upsert", "membership", "track", "erase"]
    places = [f"{clock.now_ms()}#{body['trace_id']}#{index:06d}" for index in range(5)]
    assert [command["order"] for command in segment.commands()] == places


def test_g1_nothing_is_accepted_that_could_not_be_stored(segment: Segment) -> None:
    segment.world.queues.broken = True
    reply = post(segment, [IDENTIFY])
    assert (reply["statusCode"], "retry-after" in reply["headers"]) == (503, True)


def test_one_bad_message_among_999_good_ones_is_named(segment: Segment) -> None:
    bad = {"type": "identify", "userId": "u1", "traits": {"email": []}}
    reply = post(segment, [IDENTIFY] * 500 + [bad] + [IDENTIFY] * 499)
    body = json.loads(reply["body"])
    assert (reply["statusCode"], body["accepted"]) == (200, 999)
    assert body["rejected"] == [{"index": 500, "reason": "email: must be a text"}]
    assert len(segment.commands()) == 999


def test_a_message_too_long_to_be_stored_does_not_sink_its_neighbours(segment: Segment) -> None:
    long = {"type": "identify", "userId": "u1", "traits": {"description": "é" * 50_000}}
    body = json.loads(post(segment, [IDENTIFY, long, TRACK])["body"])
    assert (body["accepted"], [one["index"] for one in body["rejected"]]) == (2, [1])
    assert len(segment.commands()) == 2
    assert error(post(segment, long)) == (400, "body")


def test_a_reply_is_short_whatever_is_rejected(segment: Segment) -> None:
    reply = post(segment, [{"type": "identify", "userId": "u" * 600, "traits": {"x": 1}}, {}] * 500)
    assert len(reply["body"]) < 1000
    assert json.loads(reply["body"])["accepted"] == 0


def test_a_request_may_have_4_5_megabytes(segment: Segment) -> None:
    body = json.dumps([IDENTIFY]).encode().ljust(4_500_000)
    assert post(segment, body)["statusCode"] == 200
    assert error(post(segment, body + b" ")) == (400, "body")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff", "body"),
        (b'{"type":"identify","userId":NaN}', "body"),
        (b'{"a":' * 100_000, "body"),
        (b'{"type":"identify","userId":"u1","traits":{"metadata":{"x":1e999}}}', "metadata"),
        ("identify", "body"),
        (None, "body"),
        ({}, "type"),
        ({"batch": None}, "batch"),
        ({"type": "merge", "userId": "u1"}, "type"),
        ({"type": "identify"}, "userId"),
        ({"type": "identify", "userId": "", "anonymousId": None}, "userId"),
        ({"type": "identify", "userId": " null "}, "userId"),
        ({"type": "identify", "userId": ["u1"]}, "userId"),
        ({"type": "identify", "anonymousId": "undefined"}, "anonymousId"),
        ({**IDENTIFY, "messageId": "x" * 256}, "messageId"),
        ({**IDENTIFY, "traits": "vip"}, "traits"),
        ({**IDENTIFY, "traits": {"phone": {}}}, "phone"),
        ({**TRACK, "event": []}, "event"),
        ({**TRACK, "event": "x" * 301}, "event"),
        ({**TRACK, "properties": 5}, "properties"),
        ({"type": "group", "userId": "u1"}, "groupId"),
        ({"type": "group", "userId": "u1", "groupId": "null"}, "groupId"),
        ({"type": "delete"}, "userId"),
    ],
)
def test_a_bad_message_is_400_naming_the_field_and_short(segment: Segment, body: Any, field: str) -> None:
    reply = post(segment, body)
    assert error(reply) == (400, field)
    assert len(reply["body"]) < 1000
    assert not segment.world.queues.sent


def test_half_characters_become_question_marks(segment: Segment) -> None:
    assert post(segment, b'{"type":"identify","userId":"u1","traits":{"name":"\\ud83e"}}')["statusCode"] == 200
    assert segment.commands()[0]["customer"]["name"] == "?"


def test_only_events_of_the_filter_are_let_through(world: World) -> None:
    segment = Segment(world, settings={"track_events_filter": ["Bought"]})
    body = json.loads(post(segment, [TRACK, {**TRACK, "event": "Bought"}, IDENTIFY])["body"])
    assert body["accepted"] == 3
    assert [command.get("event") for command in segment.commands()] == ["Bought", None]


def test_what_is_skipped_is_accepted(segment: Segment) -> None:
    looped = {**TRACK, "context": {"integration": {"name": "voucherify-cdp-hub"}}}
    body = json.loads(
        post(segment, [{"type": "page", "userId": "u1"}, {"type": "alias", "userId": "u1"}, looped])["body"]
    )
    assert (body["accepted"], body["rejected"], segment.commands()) == (3, [], [])


def test_g3_a_repeated_message_is_known_by_its_id_command_by_command(segment: Segment) -> None:
    message = {"type": "group", "messageId": "m1", "userId": "u1", "groupId": "g1", "traits": {"plan": "x"}}
    post(segment, message)
    post(segment, message)
    row, known = Row(source_id="u1"), []
    for command in Commands.model_validate(
        segment.world.queues.bodies("apply")[0] | {"commands": segment.commands()}
    ).commands:
        known.append(seen(row, command))
        merge(row, command)
    assert known == [False, False, True, True]


def signature(text: bytes, secret: str = SHARED_SECRET) -> dict[str, str]:
    return {"x-signature": hmac.new(secret.encode(), text, hashlib.sha1).hexdigest()}


@pytest.fixture
def signing(world: World) -> Segment:
    segment = Segment(world, settings={"signed": True})
    world.add_secrets(world.add_connection(settings={"signed": True}), write_key="w", shared_secret=SHARED_SECRET)
    return segment


def test_what_is_signed_is_taken(signing: Segment) -> None:
    one = json.dumps(IDENTIFY, separators=(",", ":")).encode()
    assert post(signing, one, **signature(one))["statusCode"] == 200
    assert post(signing, b"[" + one + b"," + one + b"]", **signature(one))["statusCode"] == 200


@pytest.mark.parametrize(
    "headers", [{}, {"x-signature": ""}, signature(b"{}"), signature(json.dumps(IDENTIFY).encode(), "x")]
)
def test_unsigned_and_wrongly_signed_requests_are_401(signing: Segment, headers: dict[str, str]) -> None:
    assert error(post(signing, json.dumps(IDENTIFY).encode(), **headers)) == (401, "signature")
    assert not signing.world.queues.sent


def test_the_actions_destination_cannot_sign_and_need_not(signing: Segment) -> None:
    assert signing.send("/segmentio/customer-processing", {"source_id": "u1"})["statusCode"] == 200


def test_g1_without_the_shared_secret_nothing_is_accepted(world: World) -> None:
    segment = Segment(world, settings={"signed": True})
    assert post(segment, IDENTIFY, **signature(json.dumps(IDENTIFY).encode()))["statusCode"] == 503


TYPES = ["identify", "track", "page", "screen", "group", "alias", "delete", "", None, 5]
NAMES = ["userId", "anonymousId", "messageId", "event", "name", "groupId", "traits", "properties", "context", "batch"]
KEYS = ["name", "firstName", "email", "address", "metadata", "__proto__", "a.b", "", "personas", "audience_key", "x"]
VALUES = ODD | st.dictionaries(st.sampled_from(KEYS), ODD | json_values(), max_size=4)
MESSAGES = st.builds(
    lambda kind, rest: {"type": kind, "userId": "u1", **rest},
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
)
BODIES = st.binary() | (MESSAGES | st.lists(MESSAGES | ODD, max_size=3) | ODD).map(
    lambda body: json.dumps(body).encode()
)
SOURCES = st.sampled_from(
    ["traits", "traits.address", "traits.x", "properties", "properties.metadata", "context", "userId"]
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "null_clears": st.booleans(),
        "page_enabled": st.booleans(),
        "identify_mapping": st.dictionaries(SOURCES, st.sampled_from(CUSTOMER_TARGETS), max_size=4),
        "track_mapping": st.dictionaries(SOURCES, st.sampled_from([*CUSTOMER_TARGETS, *EVENT_TARGETS]), max_size=4),
        "unmapped_traits": st.sampled_from(["defined", "drop"]),
        "signed": st.just(True),
    },
)


@given(body=BODIES, settings=SETTINGS)
def test_no_body_makes_the_hub_fail(body: bytes, settings: dict[str, Any]) -> None:
    world = World()
    with clock.use(world.clock):
        segment = Segment(world, settings=settings)
        world.add_secrets(world.add_connection(settings=settings), shared_secret=SHARED_SECRET)
        reply = post(segment, body)
    assert reply["statusCode"] in ((401,) if settings.get("signed") else (200, 400))
    assert len(reply["body"]) < 1000
