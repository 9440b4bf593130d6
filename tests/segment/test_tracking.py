"""Segment's messages and requests; the golden pairs show whole messages."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from cdphub import clock
from cdphub.http import HttpRequest
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from segment.profile import Secrets, Settings
from segment.tracking import EVENT_BYTES, message, request
from tests.fakes import World

PERSON = Person(source_id="u1")


def delivery(data: dict[str, Any], customer: Person = PERSON) -> Delivery:
    event = Event(
        key="k",
        type="customer.segment.entered",
        id="ev",
        occurred_at="2026-01-01T00:00:00.000Z",
        customer=customer,
        data=data,
    )
    return Delivery(trace_id="t", project="p", connection="c", accepted_ms=0, event=event)


def sent(settings: dict[str, Any] | None = None, *messages: str) -> HttpRequest:
    return request(Settings.model_validate(settings or {}), Secrets(write_key="wk"), messages)


def test_an_event_that_is_too_long_loses_its_largest_parts() -> None:
    data = {"order": {"id": "o1", "items": [{"sku": "x" * 1_000}] * 40, "note": "y" * 2_000}}
    text = message(delivery(data), Settings())
    assert len(text) <= EVENT_BYTES
    assert json.loads(text)["properties"]["order"] == {"id": "o1", "items_count": 40, "note": "y" * 2_000}


def test_an_event_that_stays_too_long_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="longer"):
        message(delivery({}, Person(source_id="u" * 40_000)), Settings())


def test_any_event_has_a_name_and_may_get_another() -> None:
    renaming = Settings(event_names={"customer.segment.entered": "Joined"})
    named = [json.loads(message(delivery({}), settings))["event"] for settings in (Settings(), renaming)]
    assert named == ["Customer Segment Entered", "Joined"]


def test_a_request_is_a_batch_with_the_time_of_sending(world: World) -> None:
    made = sent({}, '{"n":1}', '{"n":2}')
    assert (made.method, made.url) == ("POST", "https://api.segment.io/v1/batch")
    assert made.headers["Authorization"] == f"Basic {base64.b64encode(b'wk:').decode()}"
    body = json.loads(made.body or b"")
    assert body["batch"] == [{"n": 1}, {"n": 2}]
    assert body["sentAt"] == "2026-09-21T14:13:20.000Z"
    assert clock.now_ms() == 1_790_000_000_000


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"region": "us"}, "https://api.segment.io/v1/batch"),
        ({"region": "eu"}, "https://events.eu1.segmentapis.com/v1/batch"),
        (
            {"region": "eu", "base_url": "https://proxy.example.com/segment/"},
            "https://proxy.example.com/segment/v1/batch",
        ),
    ],
)
def test_the_region_says_where_to(settings: dict[str, Any], url: str) -> None:
    assert sent(settings).url == url


@pytest.mark.parametrize("settings", [{"region": "asia"}, {"base_url": "http://example.com"}, {"regoin": "eu"}])
def test_wrong_settings_make_no_request(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sent(settings)


def test_secrets_are_not_repeated_by_errors() -> None:
    with pytest.raises(ValidationError) as error:
        Secrets.model_validate({"write_key": "wk", "writekey": "hush"})
    assert "hush" not in str(error.value)
