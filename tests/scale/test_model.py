"""The model's rules, apart from any figure of its data."""

from dataclasses import replace

import pytest

from tools.cost.data import counted
from tools.scale import demand
from tools.scale.met import MOST, met_at, nearest
from tools.scale.plans import rooms
from tools.scale.plans import share as share_of_plan
from tools.scale.quotas import quotas
from tools.scale.tables import large, share

WORK, LIMITS = counted(), quotas()


@pytest.mark.parametrize("kind", demand.traffic(WORK))
def test_more_events_ask_for_no_less(kind: str) -> None:
    asks = demand.traffic(WORK)[kind]
    sizes = [asks(10.0**power) for power in range(6, 12)]
    for name in sizes[0]:
        numbers = [size[name] for size in sizes]
        assert numbers == sorted(numbers)


def test_a_quota_is_met_where_all_of_it_is_asked_for() -> None:
    quota = replace(LIMITS["api"], limit=100)
    assert met_at(quota, lambda size: {"api": size / 7}) == pytest.approx(700)
    assert met_at(quota, lambda _: {"api": 99}) is None
    assert met_at(quota, lambda _: {}) is None
    assert met_at(quota, lambda size: {"api": 100 * size / MOST}) == pytest.approx(MOST)


def test_the_nearest_is_that_of_which_most_is_used() -> None:
    quota, used = nearest({"api": 9_000, "route": 1_900}, LIMITS)
    assert (quota, used) == ("route", 0.95)


def test_workers_compute_where_many_go_together_and_wait_where_they_do_not() -> None:
    asks = demand.traffic(WORK)["updates, one in a request"]
    computing = (demand.UPDATE_MS + demand.CALLS_OF_AN_UPDATE * demand.AWS_CALL_MS) / 1_000 / demand.VCPU
    assert asks(1e9)["apply"] == pytest.approx(1e9 / demand.BUSY_SECONDS * computing)
    assert asks(1e6)["apply"] > 1e6 / demand.BUSY_SECONDS * computing


def test_each_project_adds_the_same() -> None:
    one, thousand = demand.projects(1, WORK), demand.projects(1_000, WORK)
    assert all(thousand[name] == pytest.approx(1_000 * one[name]) for name in one)


def test_projects_without_events_read_no_secrets() -> None:
    assert demand.projects(1_000, WORK, events=0)["parameter_reads"] == 0
    assert demand.projects(1_000, WORK, events=1e9) == demand.projects(1_000, WORK)


def test_two_demands_add_up() -> None:
    assert demand.both({"api": 1, "sweep": 2}, {"api": 3, "parameters": 4}) == {"api": 4, "sweep": 2, "parameters": 4}


def test_projects_share_what_their_plans_have_room_for() -> None:
    assert share_of_plan(240_000, 1, "Organization", 1_000) == pytest.approx(1)
    assert share_of_plan(240_000, 10, "Organization", 1_000) == pytest.approx(0.1)


def test_a_larger_plan_has_more_room() -> None:
    for business, organization in rooms(WORK).values():
        assert all(small < big for small, big in zip(business, organization, strict=True))


@pytest.mark.parametrize(
    ("number", "text"),
    [(7, "7"), (996, "1 thousand"), (1_640, "1.6 thousand"), (2.449e6, "2.4 million"), (1.5e11, "150 billion")],
)
def test_large_numbers_have_two_digits(number: float, text: str) -> None:
    assert large(number) == text


@pytest.mark.parametrize(("used", "text"), [(0.001, "under 1 %"), (0.123, "12 %"), (2.5, "**2.5 times**")])
def test_shares_are_told_in_per_cent_and_times(used: float, text: str) -> None:
    assert share(used) == text
