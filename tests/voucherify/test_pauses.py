"""A wait of the whole project is one record that all workers consult; it rewrites no customer's row (G5)."""

from typing import Any

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.secrets import Secrets
from tests.builders import START, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from voucherify.pauses import PROBE_MS, Pause

JITTER_MS = 1 * SECOND
"""Half of at most two seconds, as chance is a half."""


def pause(bench: Bench) -> Pause | None:
    """The pause as a new worker finds it."""
    return bench.new_worker().pauses.current(PROJECT)


def test_a_rejected_key_pauses_the_project_and_leaves_the_customer_as_it_was(bench: Bench) -> None:
    bench.fail(401, match="")
    assert not bench.apply(upsert(1, name="Ada"))
    assert bench.calls() == ["/v1/customers 401"]
    assert bench.calls("GET") == ["/v1/customers 401"]
    assert pause(bench) == Pause(reason="auth", probe_at=bench.clock.now + PROBE_MS, version=1)
    assert (bench.row().failures, bench.row().lease, bench.row().due) == (0, None, bench.clock.now)


def test_a_401_that_the_probe_does_not_confirm_is_only_a_failure(bench: Bench) -> None:
    bench.fail(401, count=1)
    bench.apply(upsert(1, name="Ada"))
    assert pause(bench) is None
    assert bench.row().failures == 1


class OldCopy:
    """Secrets whose copy at hand still has the key that was replaced."""

    def __init__(self, inner: Secrets) -> None:
        self._inner = inner

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        return self._inner.read(name) | ({} if not_older_than_ms else {"secret_key": "replaced"})

    def write(self, name: str, value: dict[str, Any]) -> None:
        self._inner.write(name, value)


def test_a_probe_uses_the_newest_keys(bench: Bench) -> None:
    bench.world.secrets.inner = OldCopy(bench.world.secrets.inner)
    bench.apply(upsert(1, name="Ada"))
    assert (bench.calls(), bench.calls("GET")) == (["/v1/customers 401"], ["/v1/customers 200"])
    assert pause(bench) is None


def test_without_time_to_probe_a_401_decides_nothing(bench: Bench) -> None:
    bench.fail(401, match="", delay=50)
    bench.apply(upsert(1, name="Ada"))
    assert bench.calls("GET") == []
    assert pause(bench) is None
    assert bench.row().due == bench.clock.now


def test_g1_while_a_project_is_paused_commands_are_taken_in_and_nothing_is_called(bench: Bench) -> None:
    bench.worker.pauses.until_probed(PROJECT, "auth")
    assert not bench.apply(upsert(1, name="Ada"), track(2))
    assert not bench.log.count("POST /v1/events 200")
    assert bench.row().due == bench.clock.now
    assert bench.row().lease is None


def test_a_probe_that_succeeds_ends_the_pause_and_everything_goes_on(bench: Bench) -> None:
    bench.fail(401, match="")
    for name in "abc":
        bench.apply(upsert(1, name, name=name))
    bench.sweep()
    assert len(bench.calls()) == 1
    bench.later(PROBE_MS)
    bench.sweep()
    assert len(bench.calls()) == 2
    bench.heal()
    bench.sweep()
    assert len(bench.calls()) == 2
    bench.later(PROBE_MS)
    bench.sweep()
    assert pause(bench) is None
    bench.sweep()
    assert all(bench.profile(name)["name"] == name for name in "abc")


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
    assert pause(bench) == Pause(reason="throttle", until=START + wait_ms + JITTER_MS, version=1)
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


def test_one_pause_at_a_time_and_only_one_worker_probes_or_ends_it(bench: Bench) -> None:
    first, second = bench.worker.pauses, bench.new_worker().pauses
    first.until_probed(PROJECT, "auth")
    second.throttle(PROJECT, 5)
    found: Any = first.current(PROJECT)
    assert found.reason == "auth"
    claims = [pauses.probe_again(PROJECT, found) for pauses in (first, second)]
    assert claims == [Pause(reason="auth", probe_at=bench.clock.now + PROBE_MS, version=2), None]
    second.end(PROJECT, found)
    assert pause(bench) is not None
    first.end(PROJECT, claims[0] or found)
    assert pause(bench) is None


def test_a_worker_sees_anothers_pause_within_five_seconds(bench: Bench) -> None:
    assert bench.worker.pauses.current(PROJECT) is None
    bench.new_worker().pauses.until_probed(PROJECT, "auth")
    bench.later(5 * SECOND)
    assert bench.worker.pauses.current(PROJECT) is not None
