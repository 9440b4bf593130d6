"""A customer that fails for long while others succeed is sick, and what fails alone dies (G5)."""

from typing import Any

import pytest

from cdphub.clock import HOUR, MINUTE
from cdphub.failures import FailureClass
from cdphub.outbox.turn import DOUBT_MS
from tests.builders import pending, row, track, upsert, waiting
from tests.voucherify.bench import Bench

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
    assert [letter.payload["customer"]["name"] for letter in bench.dead()] == ["bad"]
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


def test_g2_a_sick_customer_in_doubt_waits_before_its_commands_go_one_by_one(bench: Bench) -> None:
    failing(bench, fields={"name": pending(1, "one"), "phone": pending(2, "two")})
    bench.fail(reset=True, count=1)
    bench.sweep()
    assert bench.profile() is None
    assert bench.row().split
    assert bench.row().due == bench.row().not_before == bench.clock.now + DOUBT_MS
