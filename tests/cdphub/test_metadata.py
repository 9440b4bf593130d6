"""Only metadata that Voucherify will take is sent, and what is left out is named without its value (G7)."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdphub.metadata import Omitted, conform
from tools.local.sandbox.voucherify.metadata import merged
from tools.local.sandbox.voucherify.schemas import Schema, Schemas
from tools.local.sandbox.voucherify.values import Ids

JPEG = "https://shop.example/ada.JPEG"
TYPES = ("string", "number", "boolean", "date", "datetime", "geopoint", "image_url", "object")


def kept(value: Any, kind: str, **definition: Any) -> Any:
    """What is sent of `value`; Omitted when nothing is."""
    sent, omitted = conform({"key": value}, {"key": {"type": kind, "array": False, **definition}})
    assert len(sent) + len(omitted) == 1
    return omitted[0] if omitted else sent["key"]


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("string", "500", "500"),
        ("number", 5, 5),
        ("number", "500", 500),
        ("number", "-0.5", -0.5),
        ("boolean", True, True),
        ("boolean", "false", False),
        ("date", "2024-02-29", "2024-02-29"),
        ("datetime", "2020-03-11T09:00:00.000Z", "2020-03-11T09:00:00.000Z"),
        ("geopoint", "37.786971, -122.399677", "37.786971, -122.399677"),
        ("image_url", JPEG, JPEG),
        ("object", {"any": ["thing"]}, {"any": ["thing"]}),
        ("string", None, None),
    ],
)
def test_a_value_of_the_type_is_sent_and_text_is_parsed_where_that_loses_nothing(
    kind: str, value: Any, sent: Any
) -> None:
    assert kept(value, kind) == sent


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("string", [5, True, ["x"], {}]),
        ("number", ["500$", "500A", "007", "1e3", "", " 5", True, [1], "9" * 17, "NaN"]),
        ("boolean", ["True", "yes", 1, 0, "null"]),
        ("date", ["2024-02-30", "20240229", "2024-02-29T09:00:00Z", 1709164800]),
        ("datetime", ["2020-03-11", "2020-03-11 09:00", "2020-03-11T25:00:00Z", "11.3.2020", 0]),
        ("geopoint", ["37.78", "north", "37.78;-122.4", [37.78, -122.4]]),
        (
            "image_url",
            ["ada.png", "ftp://shop.example/ada.png", "https://shop.example/ada.gif", "https://shop.example"],
        ),
        ("object", ["{}", [], 5]),
        ("unheard of", ["x"]),
    ],
)
def test_nothing_is_guessed(kind: str, values: list[Any]) -> None:
    assert all(isinstance(kept(value, kind), Omitted) for value in values)


@pytest.mark.parametrize(
    ("value", "definition", "fits"),
    [
        ("a", {"eq": ["a", "b"]}, True),
        ("c", {"eq": ["a", "b"]}, False),
        ("c", {"ne": ["c"]}, False),
        ("abc", {"minLength": 3, "maxLength": 3, "exactLength": 3}, True),
        ("ab", {"minLength": 3}, False),
        ("abcd", {"maxLength": 3}, False),
        ("ab", {"exactLength": 3}, False),
        ("5", {"type": "number", "gte": 5, "lte": 5, "gt": 4, "lt": 6}, True),
        (5, {"type": "number", "gt": 5}, False),
        (5, {"type": "number", "lt": 5}, False),
        (5, {"type": "number", "gte": 6}, False),
        (5, {"type": "number", "lte": 4}, False),
        (["a", "b"], {"array": True}, True),
        ([], {"array": True}, True),
        (["a", 1], {"array": True}, False),
        ("a", {"array": True}, False),
        (["a"], {}, False),
        ("a", {"objectType": None, "gt": None}, True),
    ],
)
def test_bounds_and_lists(value: Any, definition: dict[str, Any], fits: bool) -> None:
    bounds = {name: bound for name, bound in definition.items() if name != "type"}
    assert isinstance(kept(value, definition.get("type", "string"), **bounds), Omitted) is not fits


@pytest.mark.parametrize(
    ("value", "observed"),
    [("x", "string"), (5, "number"), (5.5, "number"), (True, "boolean"), ({}, "object"), ([], "list"), (None, "null")],
)
def test_g7_what_is_omitted_is_named_without_its_value(value: Any, observed: str) -> None:
    _, omitted = conform({"new": value, "old": value}, {"old": {"type": "string", "deleted": True}})
    assert omitted == [Omitted("new", "undefined", observed), Omitted("old", "undefined", observed)]


def test_g7_a_reason_names_the_bound_and_not_the_value() -> None:
    assert kept("secret", "string", maxLength=3) == Omitted("key", "breaks maxLength 3", "string")
    assert kept("secret", "number") == Omitted("key", "not a number", "string")


texts = st.sampled_from(
    ["", "x", "5", "-0.5", "true", "2024-02-29", "2024-02-29T10:00:00Z", "2024-02-29 10:00", "1,2", " 1 , 2", JPEG]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2))
definitions = st.fixed_dictionaries({"type": st.sampled_from(TYPES), "array": st.booleans()})


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), values), st.dictionaries(st.sampled_from("ab"), definitions))
@example({"a": "2024-02-29"}, {"a": {"type": "datetime", "array": False}})
def test_whatever_is_kept_is_defined_and_voucherify_takes_it(
    metadata: dict[str, Any], properties: dict[str, dict[str, Any]]
) -> None:
    sent, omitted = conform(metadata, properties)
    assert set(sent) <= set(properties)
    assert sorted([*sent, *(one.key for one in omitted)]) == sorted(metadata)
    schema = Schema.model_validate({"allow_defined_only": True, "properties": properties})
    merged({}, sent, schema, Schemas({}, Ids(), lambda: 0))
