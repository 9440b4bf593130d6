"""An event that Voucherify does not know: reported once, refused from memory, and never at its neighbours' cost."""

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.failures import FailureClass
from cdphub.outbox.turn import CALL_MS
from cdphub.replay import command_of
from tests.builders import at, join, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import INVOCATION_MS, Bench
from voucherify.event_names import KEEP_MS, MOST_NAMES, NEXT_STEP

BEA = "bea@crm"


@pytest.fixture(autouse=True)
def known(bench: Bench) -> None:
    """Voucherify knows one event."""
    bench.define("event", Bought={})


def test_g6_after_the_first_refusal_no_call_is_spent(bench: Bench) -> None:
    bench.apply(track(1, "Wished"))
    bench.worker = bench.new_worker()
    bench.apply(track(2, "Wished"), track(3, "Wished", BEA), track(4, "Bought", BEA))
    assert bench.calls() == ["/v1/events 400", "/v1/events 200"]
    assert [letter.payload["event"] for letter in bench.dead()] == ["Wished"] * 3


def test_g1_the_dead_letter_says_what_to_do_and_keeps_the_event(bench: Bench) -> None:
    bench.apply(track(1, "Wished", properties={"amount": 5}))
    (letter,) = bench.dead()
    assert letter.failure is FailureClass.INVALID
    assert letter.reason == f"400 event Wished is not defined: {NEXT_STEP}"
    assert command_of(letter) == track(1, "Wished", properties={"amount": 5})
    assert letter.key == f"{at(1)}#event"
    assert not bench.row().has_work()


def test_g1_what_rides_in_a_refused_call_still_goes(bench: Bench) -> None:
    bench.apply(
        upsert(1, name="Ada", metadata={"plan": "pro"}),
        join(2, "vip"),
        track(3, "Wished", phone="5"),
        track(4, "Bought"),
    )
    assert bench.calls() == ["/v1/events 400", "/v1/events 200"]
    profile = bench.profile()
    assert (profile["name"], profile["phone"]) == ("Ada", "5")
    assert profile["metadata"] == {"plan": "pro", "segmentGroups": ["VIP"]}
    assert not bench.row().split


def test_it_is_reported_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.apply(track(1, "Wished"), track(2, "Wished"), track(3, "Wished", BEA))
    (told,) = [vars(record) for record in caplog.records if record.message == "undefined event"]
    assert (told["event"], told["next_step"]) == ("Wished", NEXT_STEP)


def test_once_defined_events_flow_again_after_some_minutes(bench: Bench) -> None:
    bench.apply(track(1, "Wished"))
    bench.define("event", Wished={})
    bench.later(KEEP_MS - MINUTE)
    bench.apply(track(2, "Wished"))
    assert bench.events() == []
    bench.later(MINUTE)
    bench.apply(track(3, "Wished"))
    assert bench.events() == ["Wished"]


def test_each_name_is_tried_again_in_its_own_time(bench: Bench) -> None:
    bench.apply(track(1, "Wished"))
    bench.later(KEEP_MS - MINUTE)
    bench.apply(track(2, "Viewed"))
    bench.define("event", Wished={}, Viewed={})
    bench.later(MINUTE)
    bench.apply(track(3, "Wished"), track(4, "Viewed"))
    assert bench.events() == ["Wished"]


def test_a_refusal_for_another_reason_is_no_undefined_event(bench: Bench) -> None:
    bench.define("event", Bought={"amount": {"type": "number"}})
    bench.apply(track(1, "Bought", properties={"amount": "a lot"}), track(2, "Bought", properties={"amount": 5}))
    assert bench.calls() == ["/v1/events 400", "/v1/events 200"]
    assert bench.events() == ["Bought"]


def test_only_so_many_names_are_remembered_and_the_newest_are(bench: Bench) -> None:
    bench.apply(*(track(number, f"event {number}") for number in range(MOST_NAMES + 5)))
    assert len(bench.calls()) == MOST_NAMES + 5
    names = bench.worker.event_names
    assert names.refusal(PROJECT, f"event {MOST_NAMES + 4}") is not None
    assert sum(names.refusal(PROJECT, f"event {number}") is not None for number in range(MOST_NAMES + 5)) == MOST_NAMES


def test_g6_an_event_that_is_refused_from_memory_takes_nothing_of_the_budget(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.apply(track(1, "Wished"))
    monkeypatch.setattr(bench.worker.budget, "take", lambda project: pytest.fail("a call was taken"))
    bench.apply(*(track(number, "Wished") for number in range(2, 9)))
    assert len(bench.dead()) == 8


def test_when_time_runs_out_nothing_is_refused_from_memory_either(bench: Bench) -> None:
    bench.apply(track(1, "Wished"))
    bench.fail(200, match="/v1/events", count=1, delay=(INVOCATION_MS - CALL_MS) / SECOND + 1)
    bench.apply(track(2, "Bought"), track(3, "Wished"))
    assert bench.events() == ["Bought"]
    assert len(bench.dead()) == 1
    assert bench.row().due is not None
