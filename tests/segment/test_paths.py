"""Mappings: what goes where, and what cannot be a mapping."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from segment.paths import apply, rules, unclaimed
from segment.profile import Settings
from segment.targets import CUSTOMER_TARGETS, EVENT_TARGETS
from tests.strategies import json_objects


def mapped(mapping: dict[str, str], message: dict[str, Any], *, nulls: bool = False) -> dict[str, Any]:
    return apply(rules(mapping), message, nulls=nulls)


def test_a_value_goes_along_the_most_specific_path_alone() -> None:
    mapping = {"a": "metadata", "a.b": "customer.metadata", "a.b.c": "event"}
    assert mapped(mapping, {"a": {"b": {"c": 1, "d": 2}, "e": 3}}) == {
        "event": 1,
        "customer": {"metadata": {"d": 2}},
        "metadata": {"e": 3},
    }


@pytest.mark.parametrize("mapping", [{"a.b": "event", "c": "event"}, {"c": "event", "a.b": "event"}])
def test_of_two_values_for_one_target_the_longer_path_wins_wherever_it_stands(mapping: dict[str, str]) -> None:
    assert mapped(mapping, {"a": {"b": "long"}, "c": "short"}) == {"event": "long"}
    assert mapped(mapping, {"a": {}, "c": "short"}) == {"event": "short"}
    assert mapped(mapping, {"a": {"b": None}, "c": "short"}) == {"event": "short"}
    assert mapped(mapping, {"a": {"b": None}, "c": "short"}, nulls=True) == {"event": None}


def test_a_path_of_its_own_takes_a_value_from_a_whole_object() -> None:
    mapping = {"traits": "customer", "traits.name": "customer.description"}
    assert mapped(mapping, {"traits": {"name": "x", "email": "e"}}) == {"customer": {"description": "x", "email": "e"}}


def test_objects_meet_in_metadata() -> None:
    mapping = {"a": "metadata", "b": "metadata", "c.d": "metadata.d"}
    assert mapped(mapping, {"a": {"x": 1, "d": 0}, "b": {"y": 2}, "c": {"d": 3}}) == {
        "metadata": {"x": 1, "y": 2, "d": 3}
    }


def test_nothing_is_put_below_what_is_no_object() -> None:
    assert mapped({"a": "metadata", "b.c": "metadata.c"}, {"a": "text", "b": {"c": 1}}) == {"metadata": "text"}


def test_an_object_of_which_nothing_is_left_is_not_put() -> None:
    mapping = {"a": "metadata.a", "a.b": "event"}
    assert mapped(mapping, {"a": {"b": 1}}) == {"event": 1}
    assert mapped(mapping, {"a": {}}) == {"metadata": {"a": {}}}


def test_what_no_rule_takes_anything_of_is_unclaimed() -> None:
    values = {"name": 1, "address": {"city": 2, "zip": 3}, "plan": 4}
    assert unclaimed(rules({"traits": "customer"}), "traits", values) == {"plan": 4}
    assert unclaimed(rules({"traits": "customer"}), "properties", values) == values
    assert unclaimed(rules({"traits": "customer.metadata"}), "traits", values) == {}
    assert unclaimed([], "traits", values) == values


_parts = st.sampled_from(["traits", "customer", "code", "id", "a"])
_sources = st.lists(_parts, min_size=1, max_size=3).map(".".join)
_mappings = st.dictionaries(_sources, st.sampled_from([*CUSTOMER_TARGETS, *EVENT_TARGETS, "metadata.k"]), max_size=5)


@given(mapping=_mappings, message=json_objects(), nulls=st.booleans())
def test_a_message_is_mapped_whatever_it_is_and_left_as_it_was(
    mapping: dict[str, str], message: dict[str, Any], nulls: bool
) -> None:
    settings = Settings(track_mapping=mapping)
    before = deepcopy(message)
    found = mapped(settings.track_mapping, message, nulls=nulls)
    assert message == before
    assert set(found) <= {"customer", "event", "metadata", "referral", "loyalty"}


@pytest.mark.parametrize(
    ("setting", "mapping", "message"),
    [
        ("identify_mapping", {"": "customer"}, "'' is no path"),
        ("identify_mapping", {"traits..email": "customer.email"}, "'traits..email' is no path"),
        ("identify_mapping", {"traits.email": "customer.emial"}, "'customer.emial' is no target; there are customer, "),
        ("identify_mapping", {"userId": "customer.source_id"}, "'customer.source_id' is no target"),
        ("identify_mapping", {"traits.plan": "metadata.plan"}, "'metadata.plan' is no target"),
        ("identify_mapping", {"traits.plan": "customer.metadata."}, "is no target"),
        ("identify_mapping", {"traits.plan": "customer.metadata.a.b"}, "is no target"),
        ("identify_mapping", {"traits.plan": 5}, "valid string"),
        ("identify_mapping", ["traits"], "valid dictionary"),
        ("track_mapping", {"properties.code": "referral.id"}, "'referral.id' is no target"),
    ],
)
def test_a_wrong_mapping_is_named(setting: str, mapping: Any, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        Settings.model_validate({setting: mapping})
    assert message in str(error.value)
    assert error.value.errors()[0]["loc"][0] == setting


@pytest.mark.parametrize("target", [*CUSTOMER_TARGETS, *EVENT_TARGETS, "metadata.plan", "customer.metadata.plan"])
def test_every_target_is_one(target: str) -> None:
    assert Settings(track_mapping={"properties.x": target}).track_mapping
