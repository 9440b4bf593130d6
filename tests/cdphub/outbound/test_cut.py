"""Making objects short enough."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.outbound.cut import cut
from cdphub.queues import encode
from tests.strategies import json_objects


@pytest.mark.parametrize(
    ("value", "most", "short", "gone"),
    [
        ({"id": "1", "note": "x" * 50}, 100, {"id": "1", "note": "x" * 50}, []),
        ({"id": "1", "note": "x" * 50}, 30, {"id": "1"}, ["note"]),
        ({"id": "1", "order": {"id": "o", "items": [1] * 30}}, 40, {"id": "1", "order": {"id": "o"}}, ["order.items"]),
        ({"a": "x" * 20, "b": "x" * 30, "c": "x" * 25}, 70, {"a": "x" * 20, "c": "x" * 25}, ["b"]),
        ({"id": "1", "note": "ü" * 20}, 100, {"id": "1"}, ["note"]),
        ({"id": "1"}, 0, {}, ["id"]),
        ({"a": {"x": None}, "b": {"y": 0}}, 19, {"a": {}, "b": {}}, ["a.x", "b.y"]),
    ],
)
def test_the_largest_parts_go(value: dict[str, Any], most: int, short: dict[str, Any], gone: list[str]) -> None:
    assert cut(value, most) == (short, gone)


@given(value=json_objects(), most=st.integers(2, 200))
def test_what_remains_fits_unless_empty_objects_alone_are_too_long(value: dict[str, Any], most: int) -> None:
    short, gone = cut(value, most)
    assert len(encode(short)) <= most or not _parts(short)
    assert bool(gone) == (len(encode(value)) > most)


def _parts(value: dict[str, Any]) -> int:
    return sum(_parts(inner) if isinstance(inner, dict) else 1 for inner in value.values())
