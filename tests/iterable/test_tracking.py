"""Iterable's requests; the golden pairs show whole events."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from cdphub.http import HttpRequest
from iterable.profile import PROFILE, Secrets, Settings
from iterable.tracking import request


def sent(settings: dict[str, Any], *events: str) -> HttpRequest:
    return request(Settings.model_validate(settings), Secrets(api_key="key"), events)


def test_a_request_is_a_bulk() -> None:
    made = sent({}, '{"n":1}', '{"n":2}')
    assert (made.method, made.headers["Api-Key"]) == ("POST", "key")
    assert json.loads(made.body or b"") == {"events": [{"n": 1}, {"n": 2}]}


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://api.iterable.com/api/events/trackBulk"),
        ({"data_center": "eu"}, "https://api.eu.iterable.com/api/events/trackBulk"),
        (
            {"data_center": "eu", "base_url": "https://proxy.example.com/iterable/"},
            "https://proxy.example.com/iterable/api/events/trackBulk",
        ),
    ],
)
def test_the_data_center_says_where_to(settings: dict[str, Any], url: str) -> None:
    assert sent(settings).url == url


@pytest.mark.parametrize("settings", [{"data_center": "us2"}, {"outbound_identity": "user_id"}])
def test_wrong_settings_make_no_request(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sent(settings)


def test_a_connection_for_data_feeds_alone_needs_no_key() -> None:
    assert PROFILE.needed_secrets({}) == ["api_key"]
    assert PROFILE.needed_secrets({"send_events": False}) == []
