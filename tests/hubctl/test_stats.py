"""hubctl stats shows what the stack's metrics and the projects' own counters tell."""

import json
from typing import Any

import pytest

from cdphub import clock
from cdphub.clock import DAY
from cdphub.connections import read_project
from cdphub.voucherify import rates
from cdphub.voucherify.shared_calls import SharedCalls
from tests.hubctl.conftest import Run
from tests.hubctl.shop import add_shop, stored
from tests.hubctl.watched import measure


def counted(run: Run) -> Any:
    return json.loads(run("stats", "--json").stdout)


def test_metrics_are_added_up_by_cdp_and_direction(stack: str, run: Run) -> None:
    for number in (2, 3):
        measure("Accepted", number, cdp="segment")
    measure("Dead", 1, cdp="braze", failure="invalid")
    measure("Dead", 1, cdp="braze", failure="config")
    measure("NotApplied", 4, project="shop", failure="transient")
    measure("Publication", 5, cdp="braze", outcome="Published")
    shown = counted(run)
    assert shown["inbound"]["segment"]["Accepted"] == 5
    assert shown["outbound"] == {
        "braze": {"Delivered": 0, "Retried": 0, "Parked": 0, "Dead": 2, "Cut": 0, "Ignored": 0}
    }
    assert shown["voucherify"]["shop"]["NotApplied"] == 4
    assert shown["publications"]["braze"]["Publication"] == 5


def test_another_stacks_do_not_count(stack: str, run: Run) -> None:
    measure("Accepted", 1, service="hub-us", cdp="segment")
    assert counted(run)["inbound"] == {}


def test_the_cycle_is_told_with_its_forecast(stack: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add_shop(run)
    run("project", "set", "shop", "--cycle-quota", "1000")
    project = read_project(stored().store, "shop")
    assert project is not None
    monkeypatch.setattr(clock, "now_ms", lambda: 1_772_323_200_000 + 3 * DAY)  # 3 days of March 2026 are over
    SharedCalls(stored().store).change(project, lambda calls: rates.spend(calls, 30))
    (cycle,) = counted(run)["cycles"]
    assert cycle == {
        "project": "shop",
        "began": "2026-03-01",
        "spent": 30,
        "forecast": 310,
        "quota": 1000,
        "stop": 800,
    }


def test_people_read_tables(stack: str, run: Run) -> None:
    add_shop(run)
    measure("Accepted", 7, cdp="segment")
    shown = run("stats").stdout
    assert "segment" in shown
    assert "none set" in shown
