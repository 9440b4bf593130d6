"""Lenient types."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError

from cdphub.lenient import Object, Text


class Model(BaseModel):
    text: Text = ""
    object: Annotated[dict[str, Any], Object] = {}


@pytest.mark.parametrize(
    ("value", "text"), [("x", "x"), ("", ""), (7, "7"), (1.5, "1.5"), (True, "true"), (10**30, f"1{'0' * 30}")]
)
def test_a_scalar_stands_for_its_text(value: Any, text: str) -> None:
    assert Model(text=value).text == text


@pytest.mark.parametrize("value", [None, [], {}, float("nan"), float("inf")])
def test_nothing_else_is_a_text(value: Any) -> None:
    with pytest.raises(ValidationError):
        Model(text=value)


@pytest.mark.parametrize(("value", "is_object"), [(None, {}), ("", {}), ({"a": 1}, {"a": 1})])
def test_null_and_an_empty_text_stand_for_an_empty_object(value: Any, is_object: dict[str, Any]) -> None:
    assert Model(object=value).object == is_object


@pytest.mark.parametrize("value", [0, False, [], "x"])
def test_nothing_else_is_an_object(value: Any) -> None:
    with pytest.raises(ValidationError):
        Model(object=value)
