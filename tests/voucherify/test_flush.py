"""Flush: one call at a time until nothing is left, and what each kind of answer leads to (G1, G2, G3)."""

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.outbox.turn import CALL_MS, DOUBT_MS
from tests.builders import START, pending, row, track, upsert
from tests.voucherify.bench import INVOCATION_MS, Bench

BACKOFF_MS = 1 * SECOND
"""The first wait: half of at most two seconds, as chance is a half."""


def test_g2_a_value_merged_during_the_call_is_sent_after_it(bench: Bench) -> None:
    bench.meanwhile(lambda: bench.apply(upsert(2, name="second"), track(3, "Bought")))
    bench.apply(upsert(1, name="first"))
    assert [body.get("event", body.get("name")) for body in bench.bodies()] == ["first", "Bought"]
    assert bench.profile()["name"] == "second"
    assert not bench.row().has_work()


def test_g2_only_one_worker_calls_for_a_customer(bench: Bench) -> None:
    def another_message() -> None:
        bench.apply(upsert(2, email="a@b.c"))
        assert bench.calls() == []
        assert bench.row().due == bench.clock.now + INVOCATION_MS + DOUBT_MS

    bench.meanwhile(another_message)
    bench.apply(upsert(1, name="Ada"))
    assert bench.profile()["email"] == "a@b.c"


def test_g2_a_worker_whose_row_was_taken_over_writes_nothing(bench: Bench) -> None:
    def takeover() -> None:
        taken = bench.row()
        taken.lease = "another"
        bench.put_row(taken)

    bench.meanwhile(takeover)
    assert not bench.apply(upsert(1, name="Ada"))
    assert bench.row().lease == "another"
    assert bench.row().has_work()


def test_a_late_event_goes_next_and_is_counted(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.apply(track(2, "second"))
    bench.apply(track(1, "first"))
    assert bench.events() == ["second", "first"]
    assert capsys.readouterr().out.count('"Late"') == 2


def test_an_event_that_arrives_while_a_later_one_is_sent_is_late_too(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.meanwhile(lambda: bench.apply(track(1, "first")))
    bench.apply(track(2, "second"))
    assert bench.events() == ["second", "first"]
    assert capsys.readouterr().out.count('"Late"') == 2


def test_transient_backs_off_and_is_tried_again(bench: Bench) -> None:
    bench.fail(503, count=1)
    bench.apply(upsert(1, name="Ada"))
    waits = bench.row()
    assert (waits.failures, waits.first_failure, waits.lease) == (1, bench.clock.now, None)
    assert waits.due == waits.not_before == bench.clock.now + BACKOFF_MS
    bench.apply(upsert(2, phone="5"))
    assert len(bench.calls()) == 1
    bench.later(BACKOFF_MS)
    assert bench.remind() == 1
    assert bench.profile()["phone"] == "5"
    assert bench.row().failures == 0


def test_a_long_wait_is_left_to_the_sweep(bench: Bench) -> None:
    bench.clock.chance = 0.999
    bench.put_row(row(fields={"name": pending(1, "Ada")}, failures=5, due=START))
    bench.fail(503, count=1)
    bench.sweep()
    assert bench.row().not_before > START + MINUTE
    assert not bench.world.queues.sent["apply"]


def test_a_reminder_that_cannot_be_sent_is_no_trouble(bench: Bench) -> None:
    bench.world.queues.broken = True
    bench.fail(503, count=1)
    assert not bench.apply(upsert(1, name="Ada"))
    bench.later(BACKOFF_MS)
    bench.sweep()
    assert bench.profile()["name"] == "Ada"


def test_a_reminder_that_comes_early_or_twice_does_nothing(bench: Bench) -> None:
    bench.fail(503, count=1)
    bench.apply(upsert(1, name="Ada"))
    reminder = bench.world.queues.sent["apply"][:]
    bench.remind()
    assert len(bench.calls()) == 1
    bench.later(BACKOFF_MS)
    bench.world.queues.sent["apply"] = reminder * 2
    bench.remind()
    assert len(bench.calls()) == 2


def test_g1_without_time_for_a_call_the_row_is_left_as_due(bench: Bench) -> None:
    bench.meanwhile(lambda: bench.later(INVOCATION_MS - CALL_MS + 1))
    assert not bench.apply(track(1, "first"), track(2, "second"))
    assert bench.events() == ["first"]
    assert (bench.row().lease, bench.row().due) == (None, bench.clock.now)
    bench.sweep()
    assert bench.events() == ["first", "second"]


def test_g1_no_call_begins_too_late_also_not_after_the_schema_was_read(bench: Bench) -> None:
    bench.fail(200, match="metadata-schemas", count=1, delay=(INVOCATION_MS - CALL_MS) / SECOND + 1)
    bench.apply(upsert(1, metadata={"plan": "pro"}))
    assert bench.calls() == []
    assert (bench.row().lease, bench.row().due) == (None, bench.clock.now)
    bench.sweep()
    assert bench.profile()["metadata"] == {"plan": "pro"}
