"""Events of payload format 2.0 and the replies to them, without a server."""

import base64
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tools.local.gateway import event, reply
from tools.local.routes import Match
from tools.local.triggers import Route

JSON = "application/json"


def _event(body: bytes = b"", match: Match | None = None, **request: Any) -> dict[str, Any]:
    made = Request(EnvironBuilder(data=body, **request).get_environ())
    return event(made, made.path, body, match or Match(Route("POST", "/x", "F"), {}), "id-1")


def test_an_event_without_anything_has_no_empty_parts() -> None:
    found = _event()
    assert found["version"] == "2.0"
    assert found["routeKey"] == "POST /x"
    assert found["isBase64Encoded"] is False
    assert not {"body", "cookies", "pathParameters", "queryStringParameters"} & found.keys()


def test_the_query_is_given_raw_and_decoded_with_repeats_joined() -> None:
    found = _event(query_string="a=1&a=2&b=x%20y")
    assert found["rawQueryString"] == "a=1&a=2&b=x%20y"
    assert found["queryStringParameters"] == {"a": "1,2", "b": "x y"}


def test_header_names_are_lower_case_and_cookies_apart() -> None:
    found = _event(headers=[("X-Thing", "1"), ("Cookie", "a=b; c=d")])
    assert found["headers"]["x-thing"] == "1"
    assert "cookie" not in found["headers"]
    assert found["cookies"] == ["a=b", "c=d"]


def test_path_parameters() -> None:
    assert _event(match=Match(Route("GET", "/{id}", "F"), {"id": "7"}))["pathParameters"] == {"id": "7"}


@pytest.mark.parametrize(
    "kind", [JSON, f"{JSON}; charset=utf-8", "text/csv", "application/xml", "application/javascript"]
)
def test_text_is_given_as_it_is(kind: str) -> None:
    found = _event("né".encode(), content_type=kind)
    assert (found["body"], found["isBase64Encoded"]) == ("né", False)


@pytest.mark.parametrize("kind", [None, "application/octet-stream", "application/x-www-form-urlencoded"])
def test_all_else_is_given_in_base64(kind: str | None) -> None:
    found = _event(b"a=b", content_type=kind)
    assert (base64.b64decode(found["body"]), found["isBase64Encoded"]) == (b"a=b", True)


def test_a_reply_with_everything() -> None:
    body = base64.b64encode(b"\x00").decode()
    response = reply(
        {"statusCode": "202", "headers": {"X-N": 1}, "cookies": ["a=1", "b=2"], "body": body, "isBase64Encoded": True}
    )
    assert (response.status_code, response.data) == (202, b"\x00")
    assert response.headers["X-N"] == "1"
    assert response.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(("result", "body"), [({"a": 1}, b'{"a": 1}'), ("text", b'"text"'), (None, b"null")])
def test_a_result_without_a_status_is_the_body_of_a_200(result: Any, body: bytes) -> None:
    response = reply(result)
    assert (response.status_code, response.content_type, response.data) == (200, JSON, body)


@pytest.mark.parametrize("result", [{"statusCode": "soon"}, {"statusCode": None}, {"statusCode": 200, "headers": 1}])
def test_a_result_that_is_no_reply_is_an_error(result: Any) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)):
        reply(result)
