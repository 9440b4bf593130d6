"""The project's calls: the shop keeps its share (G6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.clock import HOUR, MINUTE, SECOND
from cdphub.http import HttpReply, HttpRequest
from cdphub.voucherify.answers import LONGEST_WAIT_MS
from cdphub.voucherify.rates import UNLIMITED
from tests.builders import START, upsert
from tests.fakes import PROJECT, FakeVendor, World
from tests.voucherify.bench import Bench
from tests.voucherify.limits import MARGIN_MS, RESET, shop, taken, told
from voucherify.worker import Worker


def refuse(request: HttpRequest) -> HttpReply:
    raise AssertionError(f"nobody was to call {request.url}")


def test_until_a_reply_tells_a_limit_nobody_counts(bench: Bench) -> None:
    budget = bench.worker.budget
    assert taken(budget, shop(), 500) == 500
    assert budget.eager(shop())
    assert budget.calls_left(shop()) == UNLIMITED
    assert bench.log == []


def test_g6_the_hub_makes_no_more_calls_than_its_part_and_then_waits_for_the_next_period(bench: Bench) -> None:
    bench.worker.budget.noted(shop(), told(99))
    assert taken(bench.worker.budget, shop()) == 49
    pause = bench.pause()
    assert pause
    assert (pause.reason, pause.until) == ("budget", RESET + MARGIN_MS)
    bench.later(RESET + MARGIN_MS - START)
    assert bench.pause() is None
    assert taken(bench.worker.budget, shop()) == 50


def test_g6_the_hub_stops_while_no_more_than_the_shops_part_remains(bench: Bench) -> None:
    budget = bench.worker.budget
    budget.noted(shop(), told(99))
    assert taken(budget, shop(), 5) == 5
    budget.noted(shop(), told(50))
    assert budget.calls_left(shop()) == 0
    assert not budget.take(shop())


@given(st.lists(st.integers(0, 9), min_size=60, max_size=300), st.sampled_from([7, 100, 2_000]))
def test_g6_however_many_workers_take_calls_they_keep_to_the_hubs_part(turns: list[int], limit: int) -> None:
    world = World()
    with clock.use(world.clock):
        workers = [Worker(world.hub, FakeVendor(refuse)).budget for _ in range(10)]
        workers[0].noted(shop(), told(limit - 1, limit))
        made = 1 + sum(workers[turn].take(shop()) for turn in turns)
    assert made <= limit // 2
    assert made >= min(len(turns), limit // 2) // 2


def test_g6_workers_stop_at_what_another_has_heard_of_the_shops_calls(bench: Bench) -> None:
    first, second = bench.worker.budget, bench.new_worker().budget
    first.noted(shop(), told(99))
    assert taken(first, shop(), 4) == 4
    first.noted(shop(), told(51))
    assert taken(first, shop()) > 0
    assert second.calls_left(shop()) == 0


def test_what_is_shared_is_written_when_blocks_are_taken_not_at_each_call(bench: Bench) -> None:
    budget = bench.worker.budget
    budget.noted(shop(), told(1_999, 2_000))
    for number in range(400):
        assert budget.take(shop())
        budget.noted(shop(), told(1_998 - number, 2_000))
    assert bench.log.count("create") + bench.log.count("replace") < 15


def test_a_failing_store_does_not_undo_a_call_that_was_made(bench: Bench) -> None:
    bench.break_store(f"calls#{PROJECT}")
    with pytest.raises(AwsError):
        bench.worker.budget.eager(shop())
    bench.break_store()
    assert bench.worker.budget.eager(shop())
    bench.break_store(f"calls#{PROJECT}")
    for wait_ms in (0, MINUTE):
        bench.later(wait_ms)
        bench.worker.budget.noted(shop(), told(99))


def test_above_half_of_the_budget_what_arrives_is_stored_and_goes_out_soon_after_the_reset(bench: Bench) -> None:
    bench.worker.budget.noted(shop(), told(75))
    for number in range(3):
        assert not bench.apply(upsert(1 + number, f"{number}@crm", name="Ada"))
    assert bench.calls() == []
    (wake,) = bench.world.queues.sent["apply"]
    assert wake.delay_seconds == 32
    assert bench.log.count("create") == 2, "one record of the limit, one of the token"
    bench.later(32 * SECOND)
    bench.remind()
    assert len(bench.calls()) == 3


def test_a_token_that_cannot_be_sent_is_the_sweeps_business(bench: Bench) -> None:
    bench.worker.budget.noted(shop(), told(75))
    bench.world.queues.broken = True
    assert not bench.apply(upsert(1, name="Ada"))
    bench.later(MINUTE)
    bench.sweep()
    assert bench.profile()["name"] == "Ada"


def test_the_sweep_visits_as_many_customers_as_there_are_calls_to_spend(bench: Bench) -> None:
    bench.worker.budget.noted(shop(), told(75))
    for number in range(15):
        bench.apply(upsert(1 + number, f"{number}@crm", name="Ada"))
    bench.worker.budget.noted(shop(), told(52))
    bench.sweep()
    assert len(bench.calls()) == 2


def test_a_token_that_finds_the_project_paused_is_sent_again_for_the_pauses_end(bench: Bench) -> None:
    bench.worker.budget.noted(shop(), told(75))
    bench.apply(upsert(1, name="Ada"))
    bench.worker.pauses.throttle(PROJECT, MINUTE)
    bench.later(32 * SECOND)
    bench.remind()
    (wake,) = bench.world.queues.sent["apply"]
    assert wake.delay_seconds == 28
    bench.later(28 * SECOND)
    bench.remind()
    assert bench.profile()["name"] == "Ada"


def test_a_long_period_is_looked_at_every_15_minutes(bench: Bench) -> None:
    bench.worker.budget.noted(shop(), told(50, reset_ms=START + HOUR))
    assert not bench.worker.budget.take(shop())
    pause = bench.pause()
    assert pause
    assert pause.until == START + LONGEST_WAIT_MS
