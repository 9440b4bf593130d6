"""Long troubles in short form; docs/reliability.md has the command for the full one."""

import dataclasses
from collections import Counter
from functools import partial

import pytest

from cdphub.clock import DAY, HOUR, MINUTE
from tools.simulation import lambdas
from tools.simulation.failures import UNAUTHORIZED, UNAVAILABLE
from tools.simulation.long_trouble import Played, Recovery, cdp_down, cycle_spent, voucherify_down
from tools.simulation.recovery import RECOVERIES, Report
from tools.simulation.recovery_stage import AFTER_MS, BEFORE_MS, COMMANDS, COMMANDS_IN, OTHER_EVENTS, THE_CDP, Flow

DEAD_CDP = Recovery(
    "a CDP down for more than a day", partial(cdp_down, failure=UNAVAILABLE), 25 * HOUR, THE_CDP, customers=5, others=60
)
REJECTED_KEY = Recovery(
    "a key rejected", partial(voucherify_down, failure=UNAUTHORIZED), 20 * MINUTE, COMMANDS_IN, customers=30, others=30
)
SPENT_CYCLE = Recovery("a cycle spent", cycle_spent, 70 * MINUTE, COMMANDS_IN, customers=30, others=30)


def flow(played: Played, name: str) -> Flow:
    return next(one for one in played.flows if one.name == name)


@pytest.mark.parametrize("recovery", [REJECTED_KEY, SPENT_CYCLE], ids=lambda recovery: recovery.title)
def test_g1_what_waited_for_a_project_is_applied_when_it_is_over(recovery: Recovery) -> None:
    played = recovery.play(0, in_trouble=True)
    assert played.violations == []
    commands = flow(played, COMMANDS_IN)
    assert (commands.dead.total(), len(commands.arrivals)) == (0, recovery.customers)
    assert any(arrived >= played.over_ms > accepted for accepted, arrived in commands.arrivals)


def test_g1_what_waited_for_a_cdp_is_delivered_or_died_after_a_day_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lambdas, "LONGEST_POLL_MS", MINUTE)  # a day of looking into empty queues is most of the work
    played = DEAD_CDP.play(0, in_trouble=True)
    assert played.violations == []
    events = flow(played, THE_CDP)
    assert 0 < events.dead.total() < 10
    assert len(events.arrivals) + events.dead.total() == DEAD_CDP.others
    assert all(cause.startswith("transient: ") for cause in events.dead)
    assert any(accepted < played.over_ms - HOUR < arrived for accepted, arrived in events.arrivals)


@pytest.fixture
def plays() -> list[Played]:
    """The same with and without a trouble; all took a second."""
    flows = [Flow(name, 2, [(0, 1_000), (0, 1_000)]) for name in (THE_CDP, OTHER_EVENTS)]
    return [Played(DEAD_CDP.title, in_trouble, flows, MINUTE, []) for in_trouble in (False, True)]


def report(plays: list[Played]) -> Report:
    made = Report(0, [DEAD_CDP])
    for played in plays:
        made.add(played)
    return made


def test_g5_others_may_not_be_more_than_a_quarter_later(plays: list[Played]) -> None:
    assert report(plays).verdict().endswith("worst_p95_of_others=1.00 violations=0 PASSED")
    before, after = plays
    late = [Flow(one.name, 2, [(0, 1_000), (0, 1_300)]) for one in after.flows]
    told = report([before, dataclasses.replace(after, flows=late)])
    assert told.violations() == [f"{DEAD_CDP.title}: {OTHER_EVENTS}: p95 is 1.30 times its own"]
    assert told.verdict().endswith("FAILED")


def test_a_violation_and_the_causes_of_deaths_are_shown(
    plays: list[Played], capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = plays
    ill, *others = after.flows
    dead = dataclasses.replace(ill, dead=Counter({"transient: HTTP 503": 3}))
    report([before, dataclasses.replace(after, flows=[dead, *others], violations=["G1 person-1: is lost"])]).show()
    shown = capsys.readouterr().out.splitlines()
    assert {"3 dead, transient: HTTP 503", "G1 person-1: is lost"} <= set(shown)
    assert shown[-1].endswith("dead=3 worst_p95_of_others=1.00 violations=1 FAILED")


def test_the_full_form_is_what_is_promised() -> None:
    lasting = {recovery.title: recovery.lasting_ms for recovery in RECOVERIES}
    assert lasting["a CDP down for 4 hours"] == 4 * HOUR
    assert lasting["a CDP down for 30 hours"] == 30 * HOUR
    assert lasting["Voucherify down for 1 hour"] == HOUR
    assert lasting["a cycle quota spent for two weeks"] == 14 * DAY
    paused = next(one for one in RECOVERIES if one.title == "a project paused, 150,000 commands waiting")
    assert paused.customers * COMMANDS * paused.lasting_ms // (BEFORE_MS + paused.lasting_ms + AFTER_MS) == 150_000
