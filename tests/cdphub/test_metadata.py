"""Only metadata that Voucherify will take is sent, and what is left out is named without its value (G7)."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdphub.connections import EventType
from cdphub.metadata import Omitted, conform, conform_event
from tools.local.sandbox.voucherify.metadata import merged
from tools.local.sandbox.voucherify.schemas import Schema, Schemas
from tools.local.sandbox.voucherify.values import Ids

JPEG = "https://shop.example/ada.JPEG"
TYPES = ("string", "number", "boolean", "date", "datetime", "geopoint", "image_url", "object")


def kept(value: Any, kind: str, **definition: Any) -> Any:
    """What is sent of `value`; Omitted when nothing is."""
    sent, omitted = conform({"key": value}, {"customer": {"key": {"type": kind, "array": False, **definition}}})
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
        ("number", "1.50", 1.5),
        ("number", "9007199254740992", 2**53),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", "2024-02-29T00:00:00.000Z", "2024-02-29"),
        ("date", "2024-02-29T00:00", "2024-02-29"),
        ("datetime", "2020-03-11T09:00:00+01:00", "2020-03-11T09:00:00+01:00"),
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
        ("number", ["500$", "500A", "007", "1e3", "", " 5", "+5", "1\u0665", True, [1], "9" * 17, "9" * 5_000, "NaN"]),
        ("number", ["9007199254740993", 2**53 + 1, 10**400, "0.1000000000000000055"]),
        ("boolean", ["True", "yes", 1, 0, "null"]),
        (
            "date",
            [
                "2024-02-30",
                "2024-02-2\u0669",
                "20240229",
                "2024-02-29T09:00:00Z",
                "2024-02-29T00:00:00+01:00",
                1709164800,
            ],
        ),
        ("datetime", ["2020-03-11", "2020-03-11 09:00", "2020-03-11T25:00:00Z", "2020-03-11T0900", "11.3.2020", 0]),
        ("geopoint", ["37.78", "north", "37.78;-122.4", "91,0", "0,181", [37.78, -122.4]]),
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
        (["abc", "ab"], {"array": True, "exactLength": 3}, False),
        (["abc", "xyz"], {"array": True, "maxLength": 3}, True),
        ([5, "6"], {"type": "number", "array": True, "eq": [5, 6]}, True),
        (5, {"type": "number", "maxLength": 0}, True),
        ("a", {"lt": 0}, True),
        ("a", {"objectType": None, "gt": None}, True),
        (None, {"optional": True}, True),
        (None, {"optional": False}, False),
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
    _, omitted = conform({"new": value, "old": value}, {"customer": {"old": {"type": "string", "deleted": True}}})
    assert omitted == [Omitted("new", "undefined", observed), Omitted("old", "undefined", observed)]


def test_g7_a_reason_names_the_bound_and_not_the_value() -> None:
    assert kept("secret", "string", maxLength=3) == Omitted("key", "breaks maxLength 3", "string")
    assert kept("secret", "number") == Omitted("key", "not a number", "string")


PAYMENT: dict[str, Any] = {"type": "object", "objectType": "Payment"}
NESTED: dict[str, dict[str, dict[str, Any]]] = {
    "customer": {"billing": PAYMENT, "payments": {**PAYMENT, "array": True}, "lost": {**PAYMENT, "objectType": "Gone"}},
    "Payment": {
        "tax": {"type": "number", "optional": False},
        "method": {"type": "string"},
        "before": PAYMENT,
        "old": {"type": "string", "optional": False, "deleted": True},
    },
}


@pytest.mark.parametrize(
    ("metadata", "sent", "omitted"),
    [
        ({"billing": {"tax": "5", "method": "card"}}, {"billing": {"tax": 5, "method": "card"}}, []),
        ({"billing": {"tax": 5, "method": 7}}, {"billing": {"tax": 5}}, ["billing.method: not a string (number)"]),
        ({"billing": {"tax": 5, "old": "x"}}, {"billing": {"tax": 5}}, ["billing.old: undefined (string)"]),
        ({"billing": {"method": "card"}}, {}, ["billing: lacks tax (object)"]),
        ({"billing": {"tax": "x"}}, {}, ["billing: lacks tax (object)"]),
        ({"billing": None}, {"billing": None}, []),
        ({"lost": {"tax": 5}}, {}, ["lost: no schema Gone (object)"]),
        ({"lost": "x"}, {}, ["lost: not an object (string)"]),
        (
            {"billing": {"tax": 1, "before": {"tax": 2, "before": {"tax": 3, "x": 1}}}},
            {"billing": {"tax": 1, "before": {"tax": 2, "before": {"tax": 3}}}},
            ["billing.before.before.x: undefined (number)"],
        ),
        (
            {"payments": [{"tax": 1, "x": "a"}, {"tax": "2", "x": "b"}]},
            {"payments": [{"tax": 1}, {"tax": 2}]},
            ["payments.x: undefined (string)"],
        ),
        ({"payments": [{"tax": 1}, {"tax": "a"}]}, {}, ["payments: lacks tax (list)"]),
    ],
)
def test_nested_objects_follow_their_own_schema(
    metadata: dict[str, Any], sent: dict[str, Any], omitted: list[str]
) -> None:
    kept, left_out = conform(metadata, NESTED)
    assert kept == sent
    assert [f"{one.key}: {one.reason} ({one.observed})" for one in left_out] == omitted


def test_an_object_of_which_nothing_is_left_is_omitted() -> None:
    schemas: dict[str, dict[str, dict[str, Any]]] = {
        "customer": {"box": {"type": "object", "objectType": "Box"}},
        "Box": {"a": {"type": "string"}},
    }
    assert conform({"box": {"b": 1}}, schemas) == ({}, [Omitted("box", "nothing that Box defines", "object")])
    assert conform({"box": {}}, schemas) == ({"box": {}}, [])


texts = st.sampled_from(
    ["", "x", "5", "-0.5", "true", "2024-02-29", "2024-02-29T10:00:00Z", "2024-02-29 10:00", "1,2", " 1 , 2", JPEG]
)
keys = st.sampled_from(["a", "b", "c"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=2))
definitions = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES), "array": st.booleans(), "optional": st.booleans()},
    optional={
        "objectType": st.none() | st.sampled_from(["A", "B", "none such"]),
        "deleted": st.booleans(),
        "eq": st.lists(scalars, max_size=3),
        "ne": st.lists(scalars, max_size=3),
    },
).map(lambda definition: definition if definition["type"] == "object" else {**definition, "objectType": None})
schemas = st.fixed_dictionaries({name: st.dictionaries(keys, definitions) for name in ("customer", "A", "B")})


@given(st.dictionaries(keys, values), schemas)
@example({"a": "2024-02-29"}, {"customer": {"a": {"type": "datetime", "array": False}}})
@example({"a": {"a": {"b": "5"}}}, {name: {"a": {**PAYMENT, "objectType": "A"}} for name in ("customer", "A")})
def test_whatever_is_kept_is_defined_and_voucherify_takes_it(
    metadata: dict[str, Any], schemas: dict[str, dict[str, dict[str, Any]]]
) -> None:
    sent, omitted = conform(metadata, schemas)
    assert set(sent) <= set(schemas["customer"])
    assert set(metadata) == {*sent, *(one.key.partition(".")[0] for one in omitted)}
    assert conform(sent, schemas) == (sent, [])
    defined = {
        name: Schema.model_validate({"allow_defined_only": True, "properties": properties})
        for name, properties in schemas.items()
    }
    there = dict.fromkeys(schemas["customer"], "something, where it is required")
    merged(there, sent, defined["customer"], Schemas(defined, Ids(), lambda: 0))


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_sent_is_the_number_that_javascript_reads(number: float) -> None:
    for value in (number, str(number)):
        fitted = kept(value, "number")
        if not isinstance(fitted, Omitted):
            assert fitted == number
            assert Decimal(repr(float(fitted))) == Decimal(str(value))


def test_a_null_of_an_event_is_sent_as_it_is() -> None:
    assert conform_event({"amount": None, "other": None}, {"amount": "number"}) == ({"amount": None, "other": None}, [])


@given(st.dictionaries(keys, values), st.dictionaries(keys, st.sampled_from(get_args(EventType))))
def test_of_an_event_only_what_does_not_fit_is_left_out(metadata: dict[str, Any], types: dict[str, str]) -> None:
    sent, omitted = conform_event(metadata, types)
    assert sorted([*sent, *(one.key for one in omitted)]) == sorted(metadata)
    assert all(value == metadata[key] for key, value in sent.items() if key not in types)
    assert {one.key for one in omitted} <= set(types)
    assert conform_event(sent, types) == (sent, [])
    schema = Schema.model_validate({"properties": {key: {"type": kind} for key, kind in types.items()}})
    merged({}, sent, schema, Schemas({}, Ids(), lambda: 0))
