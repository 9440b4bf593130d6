"""The flattening rule; the golden pairs show it on whole events."""

import json
from typing import Any

import pytest
from hypothesis import given

from cdphub.outbound.flatten import flatten, one_level
from tests.strategies import json_objects


@pytest.mark.parametrize(
    ("data", "flat"),
    [
        ({}, {}),
        ({"order": {"amount": 1}}, {"order": {"amount": 1}}),
        ({"redemption": {"order": {"amount": 1}}}, {"redemption": {"order_amount": 1}}),
        ({"a": {"b": {"c": {"d": 1}}}}, {"a": {"b_c_d": 1}}),
        ({"created_at": "now", "balance": None}, {"created_at": "now"}),
        (
            {"order": {"amount": None, "metadata": {}, "paid": False, "note": ""}},
            {"order": {"paid": False, "note": ""}},
        ),
        ({"order": {"metadata": {"x": None}}, "holder": {}}, {}),
        ({"order": {"tags": ["a", 1, True], "none": []}}, {"order": {"tags": ["a", 1, True], "none": []}}),
        ({"order": {"items": [{"ü": 1}]}}, {"order": {"items": '[{"ü":1}]', "items_count": 1}}),
        ({"order": {"items": [[1], None]}}, {"order": {"items": "[[1],null]", "items_count": 2}}),
        (
            {"vouchers": [{"code": "A"}, {"code": "B"}]},
            {"vouchers": '[{"code":"A"},{"code":"B"}]', "vouchers_count": 2},
        ),
        ({"r": {"customer_id": "own", "customer": {"id": "joined"}}}, {"r": {"customer_id": "own"}}),
        ({"r": {"a": {"b": {"c": "deep"}}, "a_b": {"c": "shallow"}}}, {"r": {"a_b_c": "shallow"}}),
        (
            {"customer": {"id": "c", "email": None, "metadata": {"x": 1}, "phone": "1"}},
            {"customer": {"id": "c"}},
        ),
        (
            {"r": {"customer": {"source_id": "u", "phone": "1"}, "campaign": {"name": "n", "voucher": {"type": "x"}}}},
            {"r": {"customer_source_id": "u", "campaign_name": "n"}},
        ),
        ({"voucher": {"campaign": "Spring"}}, {"voucher": {"campaign": "Spring"}}),
    ],
)
def test_the_rule(data: dict[str, Any], flat: dict[str, Any]) -> None:
    assert flatten(data) == flat


def is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str | int | float) for item in value)
    return isinstance(value, str | int | float)


@given(json_objects())
def test_inside_top_level_objects_are_only_scalars_and_lists_of_scalars(data: dict[str, Any]) -> None:
    for value in flatten(data).values():
        inner = value.values() if isinstance(value, dict) else [value]
        assert all(is_flat(each) for each in inner)


def test_any_depth_will_do() -> None:
    deep = json.loads('{"x":' * 900 + "1" + "}" * 900)
    assert flatten(deep) == {"x": {"_".join(["x"] * 899): 1}}


def test_one_level_joins_names_and_keeps_what_has_the_name_already() -> None:
    properties = {"voucher": {"code": "A", "tags": ["x"]}, "voucher_code": "B", "note": "n"}
    assert one_level(properties) == {"voucher_code": "B", "voucher_tags": ["x"], "note": "n"}
