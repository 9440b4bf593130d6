"""The fault suite in short form; docs/reliability.md has the command for the full one."""

import copy
import dataclasses
from collections import Counter

import pytest

from tools.simulation.both_ways import BothWays
from tools.simulation.fault_report import Report
from tools.simulation.faults import FULL, SHORT, plays
from tools.simulation.outcome import Violation
from tools.simulation.publications import Publications
from tools.simulation.run import Result, run
from tools.simulation.shop import Shop
from tools.simulation.trouble import RATES

SEED = 0
PLAYED = (BothWays(customers=12, commands=12), Publications(customers=4, commands=2), Shop(customers=150, commands=1))
KINDS = {
    "200 with failed items",
    "401",
    "401 for a while",
    "429 with Retry-After",
    "429 without Retry-After",
    "500",
    "503",
    "504",
    "AWS slow",
    "answer slow",
    "bulk job fails",
    "bulk job with failed rows",
    "connection refused",
    "connection reset",
    "index late",
    "kill between two steps",
    "message delayed",
    "message delivered twice",
    "message overtaken",
    "queue's call fails in part",
    "reply cut short",
    "stall",
    "table throttles",
    "table's answer lost",
    "table's call fails",
    "time-out",
}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return [run(SEED, scenario, RATES["every"]) for scenario in PLAYED]


@pytest.fixture
def report(results: list[Result]) -> Report:
    report = Report(SEED)
    for result in results:
        report.add(result)
    return report


def test_g1_g2_g3_g4_g6_hold_while_everything_goes_wrong(report: Report) -> None:
    assert report.violations == []
    assert report.verdict().endswith("lost=0 violations=0 PASSED")


def test_each_kind_of_fault_is_injected_and_counted(report: Report) -> None:
    assert {kind for kind in KINDS if not report.injected[kind]} == set()


def test_every_dead_letter_has_a_class_and_a_reason(report: Report) -> None:
    assert report.letters
    assert all(all(told) for told in report.letters)


def test_g3_repeats_are_counted_and_there_are_none_where_ids_are_known(report: Report) -> None:
    assert "repeats_where_ids_are_known=0" in report.verdict()
    assert report.outcomes["segment", "dropped"] > 0


def test_one_violation_fails_the_suite(results: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(SEED)
    report.add(dataclasses.replace(results[0], violations=[Violation("G1", "person-1", "is lost")]))
    report.show()
    shown = capsys.readouterr().out.splitlines()
    assert "seed 0: G1 person-1: is lost" in shown
    assert shown[-1].endswith("lost=1 violations=1 FAILED")


def test_the_full_form_has_100_000_commands_and_20_000_events() -> None:
    both_ways = [(part.worlds, part.scenario) for part in FULL if isinstance(part.scenario, BothWays)]
    assert sum(worlds * scenario.customers * scenario.commands for worlds, scenario in both_ways) == 100_000
    assert sum(worlds * scenario.events for worlds, scenario in both_ways) == 20_000
    assert [type(part.scenario) for part in SHORT] == [type(part.scenario) for part in FULL]


def test_a_world_is_the_same_in_another_process() -> None:
    """What comes there are copies."""
    scenario, rates = BothWays(customers=1, commands=4), RATES["every"]
    here, there = (run(SEED, scenario, given, traced=True) for given in (rates, copy.deepcopy(rates)))
    assert here.injected["connection refused"] > 0
    assert there.trace == here.trace


def test_no_two_worlds_share_a_seed() -> None:
    seeds = Counter(play.args[0] for seed in range(3) for play in plays(FULL, seed))
    assert max(seeds.values()) == 1
