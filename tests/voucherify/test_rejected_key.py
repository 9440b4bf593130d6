"""A rejected key pauses the project until a probe succeeds, unless it was an accident (G5)."""

from typing import Any

from cdphub.pauses import PROBE_MS, Pause
from cdphub.secrets import Secrets
from tests.builders import upsert
from tests.voucherify.bench import Bench


def test_a_rejected_key_pauses_the_project_and_leaves_the_customer_as_it_was(bench: Bench) -> None:
    bench.fail(401, match="")
    assert not bench.apply(upsert(1, name="Ada"))
    assert bench.calls() == ["/v1/customers 401"]
    assert bench.calls("GET") == ["/v1/customers 401"]
    assert bench.pause() == Pause(reason="auth", probe_at=bench.clock.now + PROBE_MS, version=1)
    assert (bench.row().failures, bench.row().lease, bench.row().due) == (0, None, bench.clock.now)


def test_a_401_that_the_probe_does_not_confirm_is_only_a_failure(bench: Bench) -> None:
    bench.fail(401, count=1)
    bench.apply(upsert(1, name="Ada"))
    assert bench.pause() is None
    assert bench.row().failures == 1


class OldCopy:
    """Secrets whose copy at hand still has the key that was replaced."""

    def __init__(self, inner: Secrets) -> None:
        self._inner = inner

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        return self._inner.read(name) | ({} if not_older_than_ms else {"secret_key": "replaced"})

    def write(self, name: str, value: dict[str, Any]) -> None:
        self._inner.write(name, value)

    def delete(self, name: str) -> None:
        self._inner.delete(name)


def test_a_probe_uses_the_newest_keys(bench: Bench) -> None:
    bench.world.secrets.inner = OldCopy(bench.world.secrets.inner)
    bench.apply(upsert(1, name="Ada"))
    assert (bench.calls(), bench.calls("GET")) == (["/v1/customers 401"], ["/v1/customers 200"])
    assert bench.pause() is None


def test_without_time_to_probe_a_401_decides_nothing(bench: Bench) -> None:
    bench.fail(401, match="", delay=50)
    bench.apply(upsert(1, name="Ada"))
    assert bench.calls("GET") == []
    assert bench.pause() is None
    assert bench.row().due == bench.clock.now


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
    assert bench.pause() is None
    bench.sweep()
    assert all(bench.profile(name)["name"] == name for name in "abc")
