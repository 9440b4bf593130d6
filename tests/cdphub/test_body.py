"""Bodies, and why they are refused; tests/segment has the bodies that come from outside."""

from typing import Any

import pytest
from pydantic import BaseModel

from cdphub.body import RefusedError, read, read_any


class Inner(BaseModel):
    text: str = ""


class Outer(BaseModel):
    inner: Inner
    names: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (b"{}", "inner", "is missing"),
        (b"[]", "body", "must be an object"),
        (b'{"inner":null}', "inner", "must be an object"),
        (b'{"inner":{"text":1}}', "inner.text", "must be a text"),
        (b'{"inner":{},"names":[]}', "names", "must be an object"),
        (b"{", "body", "must be JSON: EOF while parsing an object at line 1 column 1"),
    ],
)
def test_a_refusal_names_the_field_and_not_the_value(body: bytes, field: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(Outer, body)
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("body", "value"), [(b"null", None), (b" 7 ", 7), (b'"x"', "x"), (b'{"a":[1]}', {"a": [1]}), (b'"\\ud83d"', "?")]
)
def test_any_json_can_be_read(body: bytes, value: Any) -> None:
    assert read_any(body) == value


@pytest.mark.parametrize("body", [b"NaN", b"[-Infinity]", b'["\\ud83d", NaN]'])
def test_what_only_pythons_json_can_hold_must_be_asked_for(body: bytes) -> None:
    with pytest.raises(RefusedError, match="must be JSON"):
        read_any(body)
    read_any(body, allow_nan=True)


def test_where_a_body_stops_being_json_is_told_without_what_stands_there() -> None:
    with pytest.raises(RefusedError, match=r"must be JSON: expected .* at line 2 column 16$") as refused:
        read_any(b'[{"name": "Jan"},\n {"name": "An "secret" na"}]')
    assert "secret" not in refused.value.reason


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 310 + b".0"])
def test_found_by_fuzzing_a_number_that_python_takes_for_infinity_is_refused(number: bytes) -> None:
    with pytest.raises(RefusedError, match="must not have numbers"):
        read_any(b'{"amount":' + number + b"}")
    read_any(number, allow_nan=True)
    read_any(number, finite=False)
