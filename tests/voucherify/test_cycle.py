"""The calls of a billing cycle: the hub counts its own (G6), and a spent cycle delays no other project (G5)."""

import pytest

from cdphub.clock import DAY, MINUTE
from cdphub.voucherify.answers import LONGEST_WAIT_MS
from tests.builders import START, track, upsert
from tests.voucherify.bench import Bench
from tests.voucherify.doors import message
from tests.voucherify.limits import settings, taken, told


def test_of_a_billing_cycle_the_hub_makes_80_percent_of_the_calls_and_then_waits(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    project = settings(bench, cycle_quota=1_000)
    assert taken(bench.worker.budget, project) == 800
    assert '"CycleMostlySpent":[1.0]' in capsys.readouterr().out
    pause = bench.pause()
    assert pause
    assert (pause.reason, pause.until) == ("cycle", START + LONGEST_WAIT_MS)
    assert taken(bench.new_worker().budget, project) == 0
    bench.later(31 * DAY)
    assert taken(bench.new_worker().budget, project) == 800


def test_a_worker_that_ends_may_only_make_the_cycle_look_more_spent_and_by_a_block(bench: Bench) -> None:
    project = settings(bench, cycle_quota=10_000)
    made = sum(taken(bench.new_worker().budget, project, 40) for _ in range(10))
    shared = bench.new_worker().budget
    assert shared.calls_left(project) <= 8_000 - made
    assert shared.calls_left(project) >= 8_000 - 2 * made


def test_calls_not_made_in_a_period_come_back_to_the_cycle(bench: Bench) -> None:
    project, budget, many = settings(bench, cycle_quota=10_000), bench.worker.budget, 1_000_000
    for _ in range(20):
        budget.noted(project, told(many - 1, many, bench.clock.now + MINUTE))
        assert taken(budget, project, 4) == 4
        bench.later(MINUTE)
    assert 8_000 - 80 - 7 <= bench.new_worker().budget.calls_left(project) <= 8_000 - 80


def test_g1_g5_a_spent_cycle_holds_everything_of_its_project_and_nothing_of_another(bench: Bench) -> None:
    """Nothing is lost, the other project goes on at its speed, and the first resumes with its next cycle."""
    bench.world.add_project("another")
    settings(bench, cycle_quota=10, cycle_day=1)
    for number in range(12):
        arrived = upsert(number, f"{number}@crm", name="Ada"), track(number, "Bought", f"{number}@crm")
        other = upsert(number, f"{number}@other", name="Bob")
        assert not bench.deliver([message(*arrived), message(other, name="other", project="another")])
        assert bench.profile(f"{number}@other")
    assert len(bench.events()) == 8
    bench.sweep()
    assert len(bench.events()) == 8
    assert bench.dead() == []
    settings(bench, cycle_quota=20, cycle_day=1)
    bench.later(31 * DAY)
    bench.sweep()
    assert len(bench.events()) == 12
    assert all(bench.profile(f"{number}@crm")["name"] == "Ada" for number in range(12))
