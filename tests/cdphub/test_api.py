"""Payload format 2.0 as a request."""

import base64
from typing import Any

import pytest

from cdphub.api import Request


def event(**named: Any) -> dict[str, Any]:
    context = {"domainName": "hub.example.com", "http": {"method": "POST", "path": "/x"}}
    return {"rawPath": "/x", "requestContext": context, **named}


def test_an_event_without_anything() -> None:
    assert Request.from_event(event()) == Request("POST", "/x", {}, b"", {}, "hub.example.com")


def test_names_of_headers_are_lower_case() -> None:
    assert Request.from_event(event(headers={"Secret-Key": "S"})).headers == {"secret-key": "S"}


def test_path_parameters() -> None:
    assert Request.from_event(event(pathParameters={"project": "p"})).path_parameters == {"project": "p"}


@pytest.mark.parametrize(
    ("body", "is_encoded", "content"),
    [
        ("Zoë", False, "Zoë".encode()),
        (base64.b64encode(b"\xff").decode(), True, b"\xff"),
        ("no base64", True, b""),
        ("é", True, b""),
        (None, False, b""),
        ("", True, b""),
    ],
)
def test_the_body_is_what_was_sent(body: str | None, is_encoded: bool, content: bytes) -> None:
    assert Request.from_event(event(body=body, isBase64Encoded=is_encoded)).body == content
