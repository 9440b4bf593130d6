"""What Lambda calls."""

from types import SimpleNamespace

import pytest

from tests.builders import START, pending, row, upsert
from tests.voucherify.bench import INVOCATION_MS, Bench
from tests.voucherify.doors import message, record
from voucherify import apply, sweep

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: INVOCATION_MS)


def test_g1_apply_names_the_messages_that_must_come_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "worker", lambda: bench.worker)
    records = [record("m-1", {"v": 2}), message(upsert(1, name="Ada"), name="m-2")]
    assert apply.handler({"Records": records}, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert bench.profile()["name"] == "Ada"


def test_sweep_sees_to_what_is_due(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "worker", lambda: bench.worker)
    bench.put_row(row(fields={"name": pending(1, "Ada")}, due=START))
    sweep.handler({}, CONTEXT)
    assert bench.profile()["name"] == "Ada"
