"""Ten failures in a row of three customers are an outage: the project pauses, and nothing dies (G5)."""

from cdphub.clock import MINUTE
from cdphub.outbox.turn import DOUBT_MS
from cdphub.pauses import PROBE_MS, Pause
from tests.builders import upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from voucherify.health import OUTAGE_ANSWERS, Health

RECENT_MS = 10 * MINUTE


def outage(health: Health, customers: str) -> list[bool]:
    """Whether each of these customers' failures, one after another, makes an outage."""
    return [health.failed(PROJECT, customer) for customer in customers]


def test_ten_failures_in_a_row_from_three_customers_are_an_outage(bench: Bench) -> None:
    assert outage(bench.worker.health, "abcaaaaaaa") == [False] * (OUTAGE_ANSWERS - 1) + [True]
    assert not any(outage(bench.worker.health, "abcaaaaaa"))


def test_g5_two_customers_that_fail_for_long_are_no_outage(bench: Bench) -> None:
    assert not any(outage(bench.worker.health, "ab" * 30))


def test_a_definite_answer_ends_the_row(bench: Bench) -> None:
    health = bench.worker.health
    outage(health, "abcabcabc")
    health.answered(PROJECT)
    assert not any(outage(health, "abcabcabc"))
    health.worked(PROJECT)
    assert not any(outage(health, "abcabcabc"))


def test_g5_projects_are_judged_apart(bench: Bench) -> None:
    outage(bench.worker.health, "abcabcabc")
    assert not bench.worker.health.failed("another", "a")


def test_a_projects_last_yes_is_written_once_a_minute_and_forgotten_after_ten(bench: Bench) -> None:
    health = bench.worker.health
    for _ in range(3):
        health.worked(PROJECT)
        bench.later(MINUTE - 1)
    assert bench.log == ["put", "put"]
    assert health.is_sick(PROJECT, 10, 0)
    assert not health.is_sick("another", 10, 0)
    bench.later(RECENT_MS)
    assert not health.is_sick(PROJECT, 10, 0)


def test_g5_an_outage_pauses_the_project_and_kills_nothing(bench: Bench) -> None:
    customers = [f"customer {number}" for number in range(12)]
    bench.fail(503)
    for name in customers:
        bench.apply(upsert(1, name, name=name))
    assert len(bench.calls()) == 10
    assert bench.pause() == Pause(reason="outage", probe_at=bench.clock.now + PROBE_MS, version=1)
    assert bench.row("customer 8").failures == 1
    assert bench.row("customer 9").failures == 0
    bench.heal()
    for _ in range(3):
        bench.later(PROBE_MS)
        bench.sweep()
    assert all(bench.profile(name) for name in customers)
    assert not bench.dead()


def test_a_refusal_shows_that_it_is_no_outage(bench: Bench) -> None:
    bench.fail(503, count=9)
    bench.fail(400, count=1)
    bench.fail(503, count=9)
    for number in range(19):
        bench.apply(upsert(1, f"customer {number}", name="x"))
    assert len(bench.calls()) == 19
    assert bench.pause() is None


def test_g2_in_an_outage_a_doubt_is_still_waited_out(bench: Bench) -> None:
    bench.fail(reset=True)
    for number in range(10):
        bench.apply(upsert(1, f"customer {number}", name="x"))
    assert bench.pause() is not None
    assert bench.row("customer 9").not_before == bench.clock.now + DOUBT_MS
