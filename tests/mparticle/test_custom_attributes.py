"""What of an event's properties mParticle takes."""

import pytest

from mparticle.custom_attributes import ATTRIBUTES, NAME_LENGTH, VALUE_LENGTH, admissible


def test_every_value_is_a_text() -> None:
    values = {"code": "SUMMER", "amount": 1050, "rate": 20.5, "active": True, "tags": ["ü", 1], "none": []}
    texts = {"code": "SUMMER", "amount": "1050", "rate": "20.5", "active": "true", "tags": '["ü",1]', "none": "[]"}
    assert admissible(values) == (texts, [])


def test_of_too_many_those_that_lie_deepest_are_left_out() -> None:
    near = {f"order_{number:02}": number for number in range(60)}
    deep = {f"redemption_order_{number:02}": number for number in range(60)}
    kept, left_out = admissible(deep | near)
    assert len(kept) == ATTRIBUTES
    assert kept.keys() >= near.keys()
    assert left_out == [f"redemption_order_{number}" for number in range(40, 60)]


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("n" * NAME_LENGTH, "x", True),
        ("n" * (NAME_LENGTH + 1), "x", False),
        ("", "x", False),
        ("items", "ü" * VALUE_LENGTH, True),
        ("items", "x" * (VALUE_LENGTH + 1), False),
        ("items", ["x" * VALUE_LENGTH], False),
    ],
)
def test_what_is_too_long_or_nameless_is_left_out_whole(name: str, value: object, fits: bool) -> None:
    kept, left_out = admissible({name: value, "items_count": 2})
    assert (name in kept, left_out) == (fits, [] if fits else [name])
    assert kept["items_count"] == "2"


def test_what_is_left_out_for_its_length_takes_no_others_place() -> None:
    long = {f"n{number}": "x" * (VALUE_LENGTH + 1) for number in range(ATTRIBUTES)}
    kept, left_out = admissible(long | {"redemption_id": "r_1"})
    assert (kept, left_out) == ({"redemption_id": "r_1"}, list(long))
