"""An answer in doubt: the call may have worked, or may work yet, so nothing must overtake it (G2, G3)."""

from typing import Any

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.outbox.turn import DOUBT_MS
from cdphub.schema import TrackEvent, UpsertCustomer
from tests.builders import join, track, upsert
from tests.voucherify.bench import Bench


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502},
        {"status": 504},
        {"status": 503, "body": "<html>"},
        {"reset": True},
        {"reset": True, "effect": "before"},
    ],
    ids=["502", "504", "5xx without the error body", "connection lost", "lost after it took effect"],
)
def test_g2_after_an_answer_in_doubt_nothing_is_sent_for_two_minutes(bench: Bench, fault: dict[str, Any]) -> None:
    bench.fail(count=1, **fault)
    bench.apply(upsert(1, name="first"))
    assert bench.row().due == bench.row().not_before == bench.clock.now + 120 * SECOND
    bench.apply(upsert(2, name="second"))
    bench.later(120 * SECOND - 1)
    bench.apply(upsert(3, phone="5"))
    bench.sweep()
    assert len(bench.calls()) == 1
    bench.later(1)
    bench.sweep()
    assert bench.profile()["name"] == "second"
    assert len(bench.calls()) == 2


@pytest.mark.parametrize(("command", "counted"), [(track(1), True), (upsert(1, name="Ada"), False)])
def test_g3_an_event_in_doubt_is_counted_as_a_possible_repeat(
    bench: Bench, capsys: pytest.CaptureFixture[str], command: TrackEvent | UpsertCustomer, counted: bool
) -> None:
    bench.fail(reset=True, count=1)
    bench.apply(command)
    told = capsys.readouterr().out
    assert '"NotApplied":[1.0]' in told
    assert ('"RepeatPossible":[1.0]' in told) is counted


def test_g2_a_late_effect_of_a_lost_call_is_repaired(bench: Bench) -> None:
    bench.fail(count=1, reset=True, effect="late", delay=0)
    bench.apply(upsert(1, name="first"))
    bench.apply(upsert(2, name="second"))
    bench.later(DOUBT_MS)
    for effect in bench.late_effects:
        effect()
    bench.later(MINUTE)
    bench.sweep()
    assert bench.profile()["name"] == "second"


def test_a_read_without_an_answer_can_have_no_late_effect(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.fail(match="GET ", reset=True, count=2)
    bench.apply(join(1, "vip"))
    assert bench.row().not_before < bench.clock.now + MINUTE
    bench.later(MINUTE)
    bench.apply(track(2, metadata={"plan": "pro"}))
    bench.later(MINUTE)
    bench.sweep()
    assert "RepeatPossible" not in capsys.readouterr().out
    assert bench.events() == ["Visited"]
