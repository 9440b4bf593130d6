"""mParticle's address, from request to stored command and reply (G1)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.api import Reply
from mparticle.ingest import PARSERS
from mparticle.profile import PROFILE
from tests.fakes import World
from tests.mparticle.sender import (
    EVENTS,
    MEMBERS,
    SUBJECT,
    MParticle,
    basic,
    event,
    identity,
    message,
    profile,
    raw_batch,
)
from tests.strategies import json_values

WHO = [identity("u1")]


def body(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply["body"])
    return found


def test_g1_a_batch_is_stored_before_the_reply(mparticle: MParticle) -> None:
    reply = mparticle.send(
        message(EVENTS, user_identities=WHO, user_attributes={"tier": "gold"}, events=[event("Brewed")])
    )
    assert reply["statusCode"] == 200
    upsert, track = mparticle.commands()
    assert upsert["customer"] == {"source_id": "u1", "metadata": {"tier": "gold"}}
    assert (track["event"], track["id"], track["customer"]) == ("Brewed", "e-1", {"source_id": "u1"})
    trace_id = reply["headers"]["x-trace-id"]
    assert [command["order"] for command in (upsert, track)] == [
        f"{clock.now_ms()}#{trace_id}#{index:06d}" for index in range(2)
    ]


def test_g1_nothing_is_accepted_that_could_not_be_stored(mparticle: MParticle) -> None:
    given = message(MEMBERS, user_profiles=[profile("u1")])
    mparticle.world.queues.broken = True
    reply = mparticle.send(given)
    assert reply["statusCode"] == 503
    assert int(reply["headers"]["retry-after"]) > 0
    mparticle.world.queues.broken = False
    assert mparticle.send(given)["statusCode"] == 200
    assert len(mparticle.commands()) == 1


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        (EVENTS, "event_processing_response"),
        (MEMBERS, "audience_membership_change_response"),
        ("audience_subscription_request", "audience_subscription_response"),
        (SUBJECT, "dsr_processing_response"),
        ("weather_forecast_request", "weather_forecast_response"),
    ],
)
def test_a_message_gets_its_matching_response(mparticle: MParticle, kind: str, response: str) -> None:
    reply = mparticle.send(message(kind, action="remove", subject_request_type="erasure"))
    assert reply["statusCode"] == 200
    assert body(reply) == {"type": response, "id": "m-1", "timestamp_ms": 17, "firehose_version": "3.2.0"}
    assert reply["headers"]["x-trace-id"]


def test_what_a_response_needs_is_there_though_the_message_lacks_it(mparticle: MParticle) -> None:
    reply = mparticle.send({"type": EVENTS, "id": ["m-1"], "timestamp_ms": "17", "events": []})
    assert body(reply) == {
        "type": "event_processing_response",
        "id": reply["headers"]["x-trace-id"],
        "timestamp_ms": clock.now_ms(),
        "firehose_version": "3.2.0",
    }


def test_a_hostile_message_is_not_echoed_at_length(mparticle: MParticle) -> None:
    long = "x" * 100_000
    reply = mparticle.send(message(long, id=long, firehose_version=long))
    assert reply["statusCode"] == 200
    assert len(reply["body"]) < 1_000


@pytest.mark.parametrize(
    "ping",
    [
        {"type": EVENTS, "id": "m-1", "timestamp_ms": 17, "firehose_version": "3.2.0", "events": []},
        {"type": EVENTS},
        {"type": EVENTS, "events": None, "user_identities": None},
        {"type": MEMBERS},
        {"type": MEMBERS, "user_profiles": []},
        {"events": []},
        message(EVENTS),
        message(MEMBERS),
    ],
)
def test_a_ping_is_answered_with_or_without_a_key(mparticle: MParticle, ping: dict[str, Any]) -> None:
    assert mparticle.send(ping)["statusCode"] == 200
    assert not mparticle.world.queues.sent


def test_a_ping_with_a_wrong_key_shows_that_it_is_wrong(mparticle: MParticle) -> None:
    assert mparticle.send({"events": []}, basic())["statusCode"] == 200
    assert mparticle.send({"events": []}, basic(secret="wrong"))["statusCode"] == 401
    assert mparticle.send(message(EVENTS, {"applicationId": "app-1"}))["statusCode"] == 401


def test_a_raw_batch_gets_the_hubs_own_reply(mparticle: MParticle) -> None:
    reply = mparticle.send(raw_batch(), basic())
    assert reply["statusCode"] == 200
    told = body(reply)
    assert (told["accepted"], told["rejected"]) == (1, [])
    assert told["trace_id"] in mparticle.commands()[0]["order"]


def test_a_raw_batch_is_told_which_events_are_wrong(mparticle: MParticle) -> None:
    given = raw_batch()
    given["events"] += [{"event_type": "custom_event", "data": {}}, "text"]
    told = body(mparticle.send(given, basic()))
    assert told["accepted"] == 1
    assert told["rejected"] == [{"index": 1, "reason": "name: is missing"}, {"index": 2, "reason": "type: is missing"}]


def test_one_bad_item_among_999_good(mparticle: MParticle) -> None:
    profiles: list[Any] = [profile(f"u{number}") for number in range(1_000)]
    profiles[500] = profiles[500] | {"audiences": [{"action": "add"}]}
    assert mparticle.send(message(MEMBERS, user_profiles=profiles))["statusCode"] == 200
    assert [command["customer"]["source_id"] for command in mparticle.commands()] == [
        f"u{number}" for number in range(1_000) if number != 500
    ]


def test_attributes_that_are_too_long_cost_themselves_alone(mparticle: MParticle) -> None:
    lists = {"all": ["x" * 500] * 500}
    given = message(EVENTS, user_identities=WHO, user_attribute_lists=lists, events=[event("Brewed")])
    assert mparticle.send(given)["statusCode"] == 200
    assert [command["kind"] for command in mparticle.commands()] == ["track"]


def test_a_person_who_asks_is_told_what_is_kept_and_how_long(mparticle: MParticle) -> None:
    who = {"controller_customer_id": {"encoding": "raw", "value": "u1"}}
    for kind in ("access", "portability"):
        told = body(mparticle.send(message(SUBJECT, subject_request_type=kind, subject_identities=who)))
        assert "GET /v1/customers/" in told["notice"]
        assert all(kept["what"] and kept["how_long"] for kept in told["kept"])
    assert not mparticle.commands()
    mparticle.send(message(SUBJECT, subject_request_type="erasure", subject_identities=who))
    assert [(command["kind"], command["customer"]) for command in mparticle.commands()] == [
        ("erase", {"source_id": "u1"})
    ]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b'{"events":NaN}', "body"),
        (b'{"type":"event_processing_request","user_attributes":' + b'{"x":' * 100_000, "body"),
        (None, "body"),
        ("text", "body"),
        ([message(EVENTS)], "body"),
        ({}, "type"),
        ({"type": ""}, "type"),
        ({"type": {}}, "type"),
        ({"hello": "world"}, "type"),
    ],
)
def test_only_what_is_no_message_is_400(mparticle: MParticle, content: Any, field: str) -> None:
    for headers in (None, basic()):
        reply = mparticle.send(content, headers)
        assert (reply["statusCode"], body(reply)["error"]["field"]) == (400, field)


@pytest.mark.parametrize("content", [b"", b"{", [], {}, {"customer": "ana", "campaign": "Welcome"}], ids=str)
def test_somebody_elses_key_is_401_whatever_comes_with_it(mparticle: MParticle, content: Any) -> None:
    for names in (("x-app-id", "x-app-token"), ("application-id", "secret-key")):
        reply = mparticle.send(content, dict.fromkeys(names, "another"))
        assert (reply["statusCode"], body(reply)["error"]["field"]) == (401, "credentials")


def test_a_body_that_is_too_long_is_400(mparticle: MParticle) -> None:
    reply = mparticle.send(message(EVENTS, user_identities=WHO, other="x" * PROFILE.body_bytes))
    assert (reply["statusCode"], body(reply)["error"]["field"]) == (400, "body")


@pytest.mark.parametrize(("method", "path"), [("GET", "/mparticle"), ("POST", "/mparticle/events")])
def test_any_other_address_is_400(mparticle: MParticle, method: str, path: str) -> None:
    reply = mparticle.send(message(EVENTS), path=path, method=method)
    assert (reply["statusCode"], body(reply)["error"]["field"]) == (400, "path")


def test_every_route_of_the_profile_has_a_parser() -> None:
    assert set(PARSERS) == set(PROFILE.routes)


NAMES = ["user_identities", "user_attributes", "user_attribute_lists", "events", "user_profiles", "audiences", "mpid"]
MORE = [
    "added",
    "removed",
    "attributes",
    "name",
    "id",
    "timestamp_ms",
    "account",
    "data",
    "subject_identities",
    "action",
]
KINDS = [
    EVENTS,
    MEMBERS,
    SUBJECT,
    "audience_subscription_request",
    "module_registration_request",
    "new_request",
    None,
    7,
]
ODD = (
    st.sampled_from(["\ud800", 10**400, "custom_event", "user_attribute_change", WHO, [profile("u1")]]) | json_values()
)
OBJECTS = st.dictionaries(st.sampled_from([*NAMES, *MORE, "type", "event_type"]), ODD | st.lists(ODD, max_size=3))
MESSAGES = st.builds(
    lambda kind, content, items: message(kind) | content | dict.fromkeys(("events", "user_profiles"), items),
    st.sampled_from(KINDS),
    OBJECTS,
    st.lists(OBJECTS, max_size=3),
) | st.builds(lambda who, content: {"user_identities": who} | content, ODD, OBJECTS)


@given(content=st.binary() | json_values().map(lambda value: json.dumps(value).encode()), given_message=MESSAGES)
def test_no_body_makes_the_hub_fail(content: bytes, given_message: dict[str, Any]) -> None:
    world = World()
    with clock.use(world.clock):
        sender = MParticle(world)
        assert sender.send(content, basic())["statusCode"] in (200, 400)
        reply = sender.send(given_message, basic())
    assert reply["statusCode"] in (200, 400, 401)
    if reply["statusCode"] == 400:
        assert "type" in body(reply)["error"]["field"]
