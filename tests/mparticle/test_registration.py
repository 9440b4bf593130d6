"""What mParticle is told when it asks what the integration is."""

import json
from typing import Any

import pytest

from cdphub import VERSION
from mparticle.identities import canonical
from mparticle.models import Event
from mparticle.profile import Settings
from mparticle.tracking import custom_event
from tests.mparticle.sender import MParticle


@pytest.fixture
def registration(mparticle: MParticle) -> dict[str, Any]:
    reply = mparticle.send({"type": "module_registration_request", "id": "m-1", "timestamp_ms": 17})
    assert reply["statusCode"] == 200
    found: dict[str, Any] = json.loads(reply["body"])
    return found


def test_anybody_may_ask(registration: dict[str, Any]) -> None:
    assert (registration["type"], registration["id"]) == ("module_registration_response", "m-1")
    assert registration["timestamp_ms"] == 17
    assert registration["version"] == VERSION
    assert registration["name"]
    assert len(registration["description"]) < 230


def test_every_identity_that_a_setting_may_name_is_asked_for(registration: dict[str, Any]) -> None:
    asked = registration["permissions"]["user_identities"]
    assert {each["encoding"] for each in asked} == {"raw"}
    assert not any(each["required"] for each in asked)
    wanted = {canonical(each["type"]) for each in asked}
    priority = tuple(sorted(wanted))
    assert Settings(identity_priority=priority).identity_priority == priority
    assert {*Settings().identity_priority} <= wanted


def test_what_the_mappings_need_is_permitted(registration: dict[str, Any]) -> None:
    permitted = {name for name, value in registration["permissions"].items() if value is True}
    assert permitted == {
        "allow_user_attributes",
        "allow_audience_user_attributes",
        "allow_access_mpid",
        "allow_eventless_batches",
        "allow_platform_fields",
    }


@pytest.mark.parametrize(
    "part", ["event_processing_registration", "audience_processing_registration", "dsr_processing_registration"]
)
def test_the_key_is_asked_for_everywhere_and_its_secret_hidden(registration: dict[str, Any], part: str) -> None:
    settings = registration[part]["account_settings"]
    assert [(each["id"], each["confidential"]) for each in settings] == [("applicationId", False), ("secretKey", True)]
    assert all(each["required"] and each["visible"] and each["type"] == "text" for each in settings)


def test_events_are_asked_for_that_become_something(registration: dict[str, Any]) -> None:
    settings = Settings(commerce_events=True, screen_events=True)
    kinds = registration["event_processing_registration"]["supported_event_types"]
    changes = {"user_attribute_change", "user_identity_change"}
    assert changes <= set(kinds)
    for kind in set(kinds) - changes:
        assert custom_event(Event(type=kind, name="Brewed"), settings)


def test_audiences_come_in_bulk(registration: dict[str, Any]) -> None:
    bulk = registration["audience_processing_registration"]["bulk_configuration"]
    assert bulk == {"bulk_forward_wait_for_messages": 1_000, "bulk_forward_wait_in_minutes": 5}


def test_only_erasure_is_offered(registration: dict[str, Any]) -> None:
    assert registration["dsr_processing_registration"]["supported_dsr_types"] == ["erasure"]
