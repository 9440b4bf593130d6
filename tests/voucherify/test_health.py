"""Is it the customer or the project? A sick customer's command dies, an outage kills nothing (G5)."""

from typing import Any

import pytest

from cdphub.clock import HOUR, MINUTE
from cdphub.failures import FailureClass
from cdphub.outbox.turn import DOUBT_MS
from tests.builders import pending, row, track, upsert, waiting
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from voucherify.health import OUTAGE_ANSWERS, Health
from voucherify.pauses import PROBE_MS

BOB = "bob@crm"
RECENT_MS = 10 * MINUTE


def failing(bench: Bench, failures: int = 9, since_ms: int = HOUR, yes_ago_ms: int = 0, **parts: Any) -> None:
    """Ada has failed so often, for so long, and Bob's last yes is so long ago; now she is due, and will fail again."""
    bench.later(HOUR)
    bench.apply(upsert(0, BOB, name="Bob"))
    bench.later(yes_ago_ms)
    now = bench.clock.now
    fields = {"fields": {"name": pending(2, "Ada", waiting(1, "older"))}} | parts
    bench.put_row(row(failures=failures, first_failure=now - since_ms, due=now, **fields))


def test_the_tenth_failure_after_an_hour_is_the_last_while_others_succeed(bench: Bench) -> None:
    failing(bench)
    bench.fail(503)
    bench.sweep()
    (letter,) = bench.dead()
    assert (letter.failure, letter.attempts, letter.first_ms) == (
        FailureClass.TRANSIENT,
        10,
        bench.clock.now - HOUR,
    )
    assert letter.reason.startswith("503")


def test_g2_what_a_given_up_value_replaced_is_not_sent_after_it(bench: Bench) -> None:
    failing(bench)
    bench.fail(503, count=1)
    bench.sweep()
    assert not bench.row().has_work()
    assert bench.profile() is None


@pytest.mark.parametrize(
    "named",
    [{"failures": 8}, {"since_ms": HOUR - 1}, {"yes_ago_ms": RECENT_MS}],
    ids=["ninth failure", "not yet an hour", "nobody else succeeds"],
)
def test_until_then_it_is_tried_again(bench: Bench, named: dict[str, int]) -> None:
    failing(bench, **named)
    bench.fail(503)
    bench.sweep()
    assert not bench.dead()
    assert bench.row().due == bench.row().not_before > bench.clock.now


def test_only_the_part_of_a_sick_customer_that_fails_alone_dies(bench: Bench) -> None:
    failing(bench, fields={"name": pending(1, "bad"), "phone": pending(2, "good")})
    bench.fail(503, count=2)
    bench.sweep()
    assert [letter.payload["fields"] for letter in bench.dead()] == [{"name": "bad"}]
    assert bench.profile()["phone"] == "good"


def test_g2_after_a_sick_customer_died_in_doubt_nothing_is_sent_for_two_minutes(bench: Bench) -> None:
    bench.apply(track(1))
    failing(bench)
    bench.fail(reset=True, count=1)
    bench.sweep()
    assert len(bench.dead()) == 1
    before = len(bench.calls())
    bench.apply(upsert(5_000, name="next"))
    assert len(bench.calls()) == before
    assert bench.row().due == bench.clock.now + DOUBT_MS


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
    bench.later(RECENT_MS)
    assert not health.is_sick(PROJECT, 10, 0)


def test_g5_an_outage_pauses_the_project_and_kills_nothing(bench: Bench) -> None:
    customers = [f"customer {number}" for number in range(12)]
    bench.fail(503)
    for name in customers:
        bench.apply(upsert(1, name, name=name))
    assert len(bench.calls()) == 10
    paused = bench.new_worker().pauses.current(PROJECT)
    assert paused is not None
    assert paused.reason == "outage"
    assert bench.row("customer 8").failures == 1
    assert bench.row("customer 9").failures == 0
    bench.heal()
    for _ in range(3):
        bench.later(PROBE_MS)
        bench.sweep()
    assert all(bench.profile(name) for name in customers)
    assert not bench.dead()


def test_g2_in_an_outage_a_doubt_is_still_waited_out(bench: Bench) -> None:
    bench.fail(reset=True)
    for number in range(10):
        bench.apply(upsert(1, f"customer {number}", name="x"))
    assert bench.new_worker().pauses.current(PROJECT) is not None
    assert bench.row("customer 9").not_before == bench.clock.now + DOUBT_MS
