"""The fault plan: which calls fail."""

from typing import Any

import pytest
from pydantic import ValidationError

from tools.local.sandbox.faults import Fault, FaultPlan

CALL = "POST /v1/customers"


def pattern(fault: Fault, calls: int) -> str:
    return "".join("x" if fault.strikes(CALL) else "." for _ in range(calls))


def test_a_fault_strikes_every_call_unless_told_otherwise() -> None:
    assert pattern(Fault(), 3) == "xxx"


def test_count_limits_how_often_it_strikes() -> None:
    assert pattern(Fault(count=2), 4) == "xx.."


def test_the_first_calls_can_be_spared() -> None:
    assert pattern(Fault(after=2, count=1), 5) == "..x.."


def test_the_same_seed_decides_alike_and_another_differs() -> None:
    assert pattern(Fault(rate=0.5, seed=1), 64) == pattern(Fault(rate=0.5, seed=1), 64)
    assert pattern(Fault(rate=0.5, seed=1), 64) != pattern(Fault(rate=0.5, seed=2), 64)


def test_rate_is_the_share_of_calls_that_fail() -> None:
    struck = pattern(Fault(rate=0.33, seed=1), 3000).count("x")
    assert 900 <= struck <= 1100


@pytest.mark.parametrize("match", ["", "/v1/customers", "POST /v1/customers", "POST"])
def test_match_is_a_part_of_method_and_path(match: str) -> None:
    assert Fault(match=match).strikes(CALL)


@pytest.mark.parametrize("match", ["/v1/events", "GET /v1/customers"])
def test_other_calls_are_left_alone(match: str) -> None:
    assert not Fault(match=match).strikes(CALL)


def test_calls_that_do_not_match_use_up_neither_count_nor_chance() -> None:
    fault = Fault(match=CALL, rate=0.5, seed=1, count=20)
    for _ in range(50):
        fault.strikes("GET /v1/async-actions")
    assert pattern(fault, 30) == pattern(Fault(rate=0.5, seed=1, count=20), 30)


def test_of_several_faults_the_first_that_strikes_wins() -> None:
    plan = FaultPlan()
    plan.add(Fault(count=1, status=500))
    plan.add(Fault(count=1, status=429))
    struck = [plan.strike(CALL) for _ in range(3)]
    assert [fault and fault.status for fault in struck] == [500, 429, None]


def test_a_spent_fault_is_no_longer_shown() -> None:
    plan = FaultPlan()
    plan.add(Fault(count=1))
    assert len(plan.shown()) == 1
    plan.strike(CALL)
    assert plan.shown() == []


def test_clearing_ends_all_faults() -> None:
    plan = FaultPlan()
    plan.add(Fault())
    plan.clear()
    assert plan.strike(CALL) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rate": 1.5}, "rate"),
        ({"count": 0}, "count"),
        ({"after": -1}, "after"),
        ({"drip": -1}, "drip"),
        ({"status": "503"}, "status"),
        ({"effect": "sometimes"}, "effect"),
        ({"chance": 0.5}, "chance"),
        ({"delay": -1}, "delay"),
    ],
)
def test_a_wrong_fault_is_refused_by_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=f"\n{field}\n"):
        Fault(**wrong)


def test_a_late_effect_needs_an_answer_of_its_own() -> None:
    with pytest.raises(ValidationError, match="late effect"):
        Fault(status=200, effect="late")
