"""A wait of the whole project is one record that all workers consult; it rewrites no customer's row (G5)."""

from typing import Any

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.pauses import PROBE_CYCLE_MS, PROBE_MS, Pause
from tests.builders import START, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench

JITTER_MS = 1 * SECOND
"""Half of at most two seconds, as chance is a half."""


def test_g1_while_a_project_is_paused_commands_are_taken_in_and_nothing_is_called(bench: Bench) -> None:
    bench.worker.pauses.until_probed(PROJECT, "auth")
    assert not bench.apply(upsert(1, name="Ada"), track(2))
    assert not bench.log.count("POST /v1/events 200")
    assert bench.row().due == bench.clock.now
    assert bench.row().lease is None


@pytest.mark.parametrize(
    ("headers", "wait_ms"),
    [
        ({"Retry-After": "30"}, 30 * SECOND),
        ({"Retry-After": "", "X-Rate-Limit-Retry": str(START // SECOND + 45)}, 45 * SECOND),
        ({"Retry-After": "7200"}, 15 * MINUTE),
    ],
)
def test_a_throttled_project_waits_as_long_as_it_is_told_and_goes_on_by_itself(
    bench: Bench, headers: dict[str, str], wait_ms: int
) -> None:
    bench.fail(429, count=1, headers=headers)
    bench.apply(upsert(1, name="Ada"))
    assert bench.pause() == Pause(reason="throttle", until=START + wait_ms + JITTER_MS, version=1)
    assert (bench.row().failures, bench.row().due) == (0, START)
    bench.later(wait_ms + JITTER_MS - 1)
    bench.sweep()
    bench.apply(upsert(2, "bob@crm", name="Bob"))
    assert len(bench.calls()) == 1
    bench.later(1)
    bench.sweep()
    assert bench.profile()["name"] == "Ada"
    assert bench.profile("bob@crm")["name"] == "Bob"


def test_a_short_throttle_is_followed_by_a_reminder(bench: Bench) -> None:
    bench.fail(429, count=1, headers={"Retry-After": "5"})
    bench.apply(upsert(1, name="Ada"))
    assert [message.delay_seconds for message in bench.world.queues.sent["apply"]] == [6]
    bench.later(6 * SECOND)
    bench.remind()
    assert bench.profile()["name"] == "Ada"


def test_g5_a_paused_project_does_not_hold_up_another(bench: Bench) -> None:
    bench.world.add_project("other")
    bench.worker.pauses.until_probed("other", "outage")
    bench.apply(upsert(1, name="Ada"))
    assert bench.profile()["name"] == "Ada"


@pytest.mark.parametrize(
    ("status", "headers"), [(429, {"X-Rate-Limit-Type": "api_calls_cycle", "Retry-After": "1"}), (402, {})]
)
def test_a_spent_billing_cycle_is_tried_again_each_hour(bench: Bench, status: int, headers: dict[str, str]) -> None:
    bench.fail(status, headers=headers)
    bench.apply(upsert(1, name="Ada"))
    assert bench.pause() == Pause(reason="cycle", probe_at=START + PROBE_CYCLE_MS, version=1)
    bench.later(PROBE_CYCLE_MS - 1)
    bench.sweep()
    assert len(bench.calls()) == 1
    bench.later(1)
    bench.sweep()
    assert bench.pause() == Pause(reason="cycle", probe_at=START + 2 * PROBE_CYCLE_MS, version=2)
    bench.heal()
    bench.later(PROBE_CYCLE_MS)
    bench.sweep()
    assert bench.profile()["name"] == "Ada"
    assert bench.pause() is None


def test_one_pause_at_a_time_and_only_one_worker_probes_or_ends_it(bench: Bench) -> None:
    first, second = bench.worker.pauses, bench.new_worker().pauses
    first.until_probed(PROJECT, "auth")
    second.throttle(PROJECT, 5)
    found: Any = first.current(PROJECT)
    assert found.reason == "auth"
    claims = [pauses.probe_again(PROJECT, found) for pauses in (first, second)]
    assert claims == [Pause(reason="auth", probe_at=bench.clock.now + PROBE_MS, version=2), None]
    assert first.current(PROJECT) == claims[0]
    second.end(PROJECT, found)
    assert bench.pause() is not None
    first.end(PROJECT, claims[0] or found)
    assert first.current(PROJECT) is None
    assert bench.pause() is None


def test_a_worker_sees_anothers_pause_within_five_seconds(bench: Bench) -> None:
    assert bench.worker.pauses.current(PROJECT) is None
    bench.new_worker().pauses.until_probed(PROJECT, "auth")
    bench.later(5 * SECOND)
    assert bench.worker.pauses.current(PROJECT) is not None
