"""The Management API: for plans that have it, with keys of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.sandbox.voucherify.conftest import Bench
from tools.local.sandbox.voucherify import Property, Schema

PATH = "/management/v1/projects/app/custom-event-schemas"
KEYS = {"X-Management-Id": "management", "X-Management-Token": "management-token"}


def refused(bench: Bench, keys: dict[str, str], path: str = PATH) -> tuple[int, Any]:
    reply = bench.call_as(keys, "GET", path)
    return reply.status, reply.json().get("key")


@pytest.fixture
def managed(bench_with: Callable[..., Bench]) -> Bench:
    return bench_with(management={"management": "management-token"})


def test_without_the_feature_nobody_has_access(bench: Bench) -> None:
    assert refused(bench, KEYS) == (402, "missing_required_feature")


def test_it_has_keys_of_its_own(managed: Bench) -> None:
    assert refused(managed, {}) == (401, "unauthorized")
    assert refused(managed, {**KEYS, "X-Management-Token": "another"}) == (401, "unauthorized")


def test_schemas_of_custom_events_are_listed(bench_with: Callable[..., Bench]) -> None:
    properties = {"amount": Property(type="number", optional=False), "old": Property(type="date", deleted=True)}
    bench = bench_with(events={"Bought": Schema(properties=properties)}, management={"management": "management-token"})
    listed = bench.call_as(KEYS, "GET", PATH).json()
    (event,) = listed[listed["data_ref"]]
    assert listed["total"] == 1
    assert (event["name"], event["object"]) == ("Bought", "custom-event-schema")
    assert event["schema"] == {
        "properties": {
            "amount": {"type": "number", "optional": False},
            "old": {"type": "date", "optional": True, "deleted": True},
        }
    }


def test_other_projects_and_paths_are_not_found(managed: Bench) -> None:
    assert refused(managed, KEYS, PATH.replace("/app/", "/nobody/")) == (404, "not_found")
    assert refused(managed, KEYS, "/management/v1/else") == (404, None)
