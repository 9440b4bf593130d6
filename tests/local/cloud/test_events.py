"""The files of events/ as HTTP requests."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tools.local.events import http_events

ENDPOINTS = {
    "project": "p-1",
    "webhook_secret": "secretKey",
    "connections": {"segment": {"application_id": "app", "secret_key": "s3"}},
}
HEADERS = {"host": "hub.example.com", "content-length": "9", "content-type": "application/json"}


@pytest.fixture
def events(tmp_path: Path) -> Path:
    for vendor in ("segment", "voucherify"):
        (tmp_path / vendor).mkdir()
    return tmp_path


def _write(path: Path, **changed: Any) -> None:
    event = {
        "version": "2.0",
        "rawPath": "/x",
        "rawQueryString": "",
        "headers": HEADERS,
        "requestContext": {"http": {"method": "POST"}},
        "isBase64Encoded": False,
    }
    path.write_text(json.dumps(event | changed))


def test_only_what_came_through_api_gateway_is_a_request(events: Path) -> None:
    _write(events / "segment" / "a.json")
    (events / "segment" / "queue.json").write_text(json.dumps({"Records": []}))
    assert [event.name for event in http_events(ENDPOINTS, events)] == ["segment/a"]


def test_a_cdps_keys_are_those_of_this_start(events: Path) -> None:
    headers = {"authorization": "Basic APPLICATION_ID_IN_BASE64", "x-plain": "SECRET_KEY", **HEADERS}
    _write(events / "segment" / "a.json", headers=headers, rawQueryString="a=1")
    (event,) = http_events(ENDPOINTS, events)
    assert event.path == "/x?a=1"
    assert event.headers == {
        "authorization": f"Basic {base64.b64encode(b'app').decode()}",
        "x-plain": "s3",
        "content-type": "application/json",
    }


def test_a_cdps_keys_may_stand_in_one_header_or_in_the_body(events: Path) -> None:
    headers = {"authorization": "Basic ID_AND_SECRET_IN_BASE64"}
    _write(events / "segment" / "a.json", headers=headers, body='{"id":"APPLICATION_ID","key":"SECRET_KEY"}')
    (event,) = http_events(ENDPOINTS, events)
    assert event.headers == {"authorization": f"Basic {base64.b64encode(b'app:s3').decode()}"}
    assert json.loads(event.body) == {"id": "app", "key": "s3"}


def test_a_webhook_is_signed_anew(events: Path) -> None:
    headers = {"x-voucherify-signature": "SIGNATURE_OF_THE_BODY", **HEADERS}
    _write(events / "voucherify" / "a.json", rawPath="/hooks/PROJECT_ID", headers=headers, body='{"a":1}')
    (event,) = http_events(ENDPOINTS, events)
    assert event.path == "/hooks/p-1"
    assert event.headers["x-voucherify-signature"] == "a17d2ac229d1ebbb5f10e839c7985c4818e5986eab297f7e5979196d4d7d3ed2"


def test_a_binary_body_is_decoded(events: Path) -> None:
    _write(events / "segment" / "a.json", body=base64.b64encode(b"\x00").decode(), isBase64Encoded=True)
    (event,) = http_events(ENDPOINTS, events)
    assert event.body == b"\x00"
