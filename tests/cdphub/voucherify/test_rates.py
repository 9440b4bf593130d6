"""The hub's part of a project's calls (G6)."""

from typing import Any

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Project
from cdphub.voucherify import rates
from cdphub.voucherify.answers import Rate
from cdphub.voucherify.rates import UNLIMITED, Calls
from tests.builders import START

RESET = START + 40 * SECOND


def project(**settings: Any) -> Project:
    return Project(id="shop", name="Shop", api_url="https://api.voucherify.io", **settings)


def calls(**parts: Any) -> Calls:
    known = {"limit": 100, "remaining": 100, "began_ms": START, "reset_ms": RESET, "told": True}
    return Calls.model_validate(known | parts)


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ({}, 50),
        ({"taken": 20, "remaining": 80}, 30),
        ({"taken": 50, "remaining": 70}, 0),
        ({"taken": 0, "remaining": 60}, 10),
        ({"taken": 10, "remaining": 40}, 0),
        ({"limit": 0, "remaining": 0}, UNLIMITED),
    ],
    ids=["fresh", "own calls", "its part is spent", "the shop's calls", "the shop needs the rest", "no limit known"],
)
def test_g6_the_rest_of_a_period_is_the_shops(parts: dict[str, Any], left: int) -> None:
    assert rates.left(calls(**parts), project()) == left


@pytest.mark.parametrize(("api_budget", "left"), [(0.1, 10), (0.5, 50), (1, 100), (0.001, 1)])
def test_the_hubs_part_is_a_setting(api_budget: float, left: int) -> None:
    assert rates.left(calls(), project(api_budget=api_budget)) == left


@pytest.mark.parametrize(
    ("parts", "eager"),
    [
        ({"taken": 24, "remaining": 76}, True),
        ({"taken": 25, "remaining": 76}, False),
        ({"taken": 0, "remaining": 75}, False),
        ({"limit": 0}, True),
    ],
)
def test_below_half_of_the_budget_what_was_written_goes_out_at_once(parts: dict[str, Any], eager: bool) -> None:
    assert rates.eager(calls(**parts), project()) is eager


def test_a_new_period_begins_afresh_and_is_supposed_to_last_a_minute() -> None:
    later = rates.present(calls(taken=50, remaining=3), project(), RESET)
    assert rates.left(later, project()) == 50
    assert (later.began_ms, later.reset_ms, later.told) == (RESET, RESET + MINUTE, False)
    assert rates.present(calls(taken=50), project(), RESET - 1).taken == 50


def test_what_a_reply_tells_replaces_what_was_supposed() -> None:
    supposed = calls(told=False, taken=2, reset_ms=START + MINUTE)
    assert rates.heard(supposed, Rate(100, 97, RESET), START) == calls(remaining=97, taken=2)


def test_g6_what_was_spent_before_anybody_counted_may_have_been_the_hubs() -> None:
    unknown = rates.present(Calls(), project(), START)
    assert rates.heard(unknown, Rate(100, 97, RESET), START).taken == 3


@pytest.mark.parametrize(
    ("rate", "remaining"),
    [(Rate(100, 70, RESET), 70), (Rate(100, 90, RESET), 80), (Rate(100, 90, RESET + MINUTE), 90)],
    ids=["newer", "counted earlier, came later", "of another period"],
)
def test_within_a_period_the_least_is_the_newest(rate: Rate, remaining: int) -> None:
    assert rates.heard(calls(remaining=80), rate, START).remaining == remaining


def test_a_reset_that_is_over_or_not_told_changes_only_what_remains() -> None:
    for reset_ms in (0, START):
        heard = rates.heard(calls(), Rate(100, 60, reset_ms), START)
        assert (heard.remaining, heard.reset_ms) == (60, RESET)


def test_a_worker_adds_what_it_heard_of_the_same_period_only() -> None:
    shared = calls(taken=9)
    assert rates.merge(shared, calls(remaining=60), START).remaining == 60
    for known in (calls(remaining=60, told=False), calls(remaining=60, began_ms=START - 1)):
        assert rates.merge(shared, known, START) == shared


def test_blocks_grow_with_use_and_shrink_with_what_is_left() -> None:
    assert [rates.block(1_000, before) for before in (0, 1, 2, 60)] == [1, 2, 4, 100]
    assert [rates.block(left, 50) for left in (800, 50, 3, 0)] == [100, 6, 1, 0]


def test_of_a_cycle_the_hub_makes_80_percent_at_most_and_an_operator_knows_at_60() -> None:
    quota = project(cycle_quota=1_000)
    assert rates.left(Calls(cycle_taken=790), quota) == 10
    assert rates.cycle_is_spent(Calls(cycle_taken=800), quota)
    assert not rates.cycle_is_spent(Calls(cycle_taken=800), project())
    assert rates.rings(Calls(cycle_taken=599), Calls(cycle_taken=601), quota)
    assert not rates.rings(Calls(cycle_taken=601), Calls(cycle_taken=700), quota)
    assert not rates.rings(Calls(), Calls(cycle_taken=601), project())


def test_calls_that_were_taken_and_not_made_come_back_to_the_cycle() -> None:
    assert rates.take(Calls(taken=3, cycle_taken=10), 4, 5) == Calls(taken=7, cycle_taken=9)
    assert rates.take(Calls(cycle_taken=2), 4, 5).cycle_taken == 4


def test_a_new_cycle_begins_afresh() -> None:
    spent = rates.present(Calls(cycle_taken=800, cycle="2026-01-01"), project(), START)
    assert spent.cycle_taken == 0
    assert rates.present(spent.model_copy(update={"cycle_taken": 5}), project(), START).cycle_taken == 5
