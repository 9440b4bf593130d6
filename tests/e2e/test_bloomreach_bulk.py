"""Bloomreach's batches of 1,000 customers cost few of the project's API calls (G6), and one bad item spoils none."""

from typing import Any

import pytest

from tests.e2e.hub import Hub
from tests.e2e.project import Project

TIME_SCALE = 1
"""Were time faster, an invocation would have too little time for 1,000 customers where the machine is busy."""

SIZE = 1_000
ONCE = 12
ONCE_IN_ALL = 25
TEN_TIMES = 150

PLAN_NEEDED = {
    "customer": {
        "properties": {
            "plan": {"type": "string", "optional": False},
            "orders": {"type": "number"},
            "newsletter": {"type": "boolean"},
        }
    }
}


@pytest.fixture(scope="module")
def project(hub: Hub) -> Project:
    project = hub.new_project("bulk")
    project.voucherify.set("metadata-schemas", PLAN_NEEDED)
    return project


def test_g6_a_batch_of_1000_customers_costs_few_calls(hub: Hub, project: Project) -> None:
    reply = project.bloomreach.customers(batch("once", 1))
    assert (reply.status, reply.json()["accepted"], reply.json()["rejected"]) == (200, SIZE, [])
    hub.wait_until_quiet()
    calls = [request["method"] for request in project.requests()]
    assert (len(calls) - calls.count("GET") <= ONCE, len(calls) <= ONCE_IN_ALL) == (True, True), calls
    assert_applied(project, "once", 1)


def test_g6_ten_batches_for_the_same_customers_cost_few_calls(hub: Hub, project: Project) -> None:
    before = len(writes(project))
    for number in range(10):
        assert project.bloomreach.customers(batch("ten", number)).status == 200
    hub.wait_until_quiet()
    assert len(writes(project)) - before <= TEN_TIMES
    assert_applied(project, "ten", 9)


def test_g1_one_bad_item_among_999_good_ones_is_reported_and_the_others_are_applied(hub: Hub, project: Project) -> None:
    items = batch("bad", 1)
    del items[17]["registered"]
    reply = project.bloomreach.customers(items).json()
    assert reply["accepted"] == SIZE - 1
    assert [(each["index"], "ID" in each["reason"]) for each in reply["rejected"]] == [(17, True)]
    hub.wait_until_quiet()
    assert_applied(project, "bad", 1, without=17)


def test_g1_one_row_that_voucherify_refuses_is_dead_with_its_reason_and_the_others_are_applied(
    hub: Hub, project: Project
) -> None:
    items = batch("refused", 1)
    del items[23]["metadata"]["plan"]
    before = len(writes(project))
    assert project.bloomreach.customers(items).json()["accepted"] == SIZE
    hub.wait_until_quiet()
    assert_applied(project, "refused", 1, without=23)
    assert len(writes(project)) - before <= ONCE
    letters = hub.dead_letters("refused-23")
    assert letters
    assert all("metadata_validation_failed" in letter["reason"] for letter in letters)


def batch(prefix: str, number: int) -> list[dict[str, Any]]:
    """Customers as Bloomreach's templates render them: every value is text."""
    return [
        {
            "registered": f"{prefix}-{index}",
            "name": f"Customer {number}",
            "email": f"{prefix}-{index}@example.com",
            "address": {"city": "Łódź", "country": ""},
            "metadata": {"plan": f"plan {number}", "orders": str(index), "newsletter": "true", "unknown": "x"},
        }
        for index in range(SIZE)
    ]


def writes(project: Project) -> list[dict[str, Any]]:
    """The calls to Voucherify that change something."""
    return [request for request in project.requests() if request["method"] != "GET"]


def assert_applied(project: Project, prefix: str, number: int, without: int | None = None) -> None:
    """Every customer of the batch is at Voucherify with what the batch said, typed as the schema wants it."""
    customers = project.customers()
    for index in range(SIZE):
        if index != without:
            customer = customers[f"{prefix}-{index}"]
            assert customer["name"] == f"Customer {number}"
            assert customer["metadata"] == {"plan": f"plan {number}", "orders": index, "newsletter": True}
