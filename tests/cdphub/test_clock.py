"""The door to time: hub time may run faster than the machine's."""

import pytest

from cdphub import clock
from cdphub.clock import SystemClock
from tests.builders import START
from tests.fakes import FakeClock


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The machine's time in milliseconds, as the only item."""
    now = [START]
    monkeypatch.setattr("time.time_ns", lambda: now[0] * 1_000_000)
    return now


def test_hub_time_is_the_machines(machine: list[int]) -> None:
    assert SystemClock().now_ms() == START


def test_hub_time_runs_faster_from_its_origin_on(machine: list[int]) -> None:
    fast = SystemClock(scale=60, origin_ms=START)
    machine[0] += 1_000
    assert fast.now_ms() == START + 60_000


def test_two_processes_with_the_same_origin_agree(machine: list[int]) -> None:
    early = SystemClock(60, START)
    machine[0] += 5_000
    assert SystemClock(60, START).now_ms() == early.now_ms()


def test_sleep_hands_real_seconds_to_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    SystemClock(scale=60).sleep(90)
    assert slept == [1.5]


def test_chance_and_ids() -> None:
    system = SystemClock()
    assert 0 <= system.random() < 1
    ids = {system.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(new_id) == 32 for new_id in ids)


def test_a_source_is_replaced_for_a_while_only(time: FakeClock) -> None:
    with clock.use(FakeClock(now=7)):
        assert clock.now_ms() == 7
    assert clock.now_ms() == time.now


def test_the_end_of_an_invocation_is_told_in_hub_time(machine: list[int]) -> None:
    with clock.use(SystemClock(scale=10, origin_ms=START)):
        assert clock.invocation_end(6_000) == START + 60_000


def test_the_environment_sets_scale_and_origin(monkeypatch: pytest.MonkeyPatch, machine: list[int]) -> None:
    monkeypatch.setenv("TIME_SCALE", "4")
    monkeypatch.setenv("TIME_ORIGIN", str(START - 100))
    assert clock._from_environment().now_ms() == START + 300
    monkeypatch.delenv("TIME_SCALE")
    monkeypatch.delenv("TIME_ORIGIN")
    assert clock._from_environment().now_ms() == START
