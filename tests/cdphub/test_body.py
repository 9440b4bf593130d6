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
        (b"{", "body", "must be JSON"),
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
