"""Due customers go together where they can (G5, G6)."""

import pytest

from cdphub import pool
from cdphub.clock import MINUTE, SECOND
from cdphub.outbox.job import MOST_CUSTOMERS
from cdphub.outbox.row import Row
from cdphub.store.outbox import CustomerItem
from cdphub.voucherify.answers import Answer, Rate
from tests.builders import START, join, listed, pending, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.crowd import BULK, CROWD, is_quiet, jobs, messages, names, upserts, wait_for_job


def due(bench: Bench, *customers: str) -> None:
    for source_id in customers:
        bench.put_row(Row(source_id=source_id, fields={"name": pending(1, "Ada")}, due=START))


def test_g6_due_customers_go_in_one_call(bench: Bench) -> None:
    due(bench, *CROWD)
    bench.sweep()
    assert bench.calls() == [f"{BULK} 202"]
    wait_for_job(bench)
    assert names(bench) == {"Ada"}
    assert is_quiet(bench)


def test_g6_more_of_them_than_a_shard_gives_visits_go_in_one_call(bench: Bench) -> None:
    many = [f"customer {number:04}" for number in range(MOST_CUSTOMERS // 2)]
    due(bench, *many)
    bench.sweep()
    wait_for_job(bench)
    assert bench.calls() == [f"{BULK} 202"]
    assert is_quiet(bench, many)


def test_g5_gathering_leaves_time_for_the_call(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    due(bench, *(f"customer {number:04}" for number in range(60)))
    write = bench.store.outbox.write_customer

    def write_slowly(pk: str, item: CustomerItem, lease: str | None = None) -> bool:
        bench.later(SECOND)
        return write(pk, item, lease)

    monkeypatch.setattr(bench.store.outbox, "write_customer", write_slowly)
    with pool.use(lambda function, items: [function(item) for item in items]):
        bench.sweep()
    assert bench.calls() == [f"{BULK} 202"]


def test_few_due_customers_are_visited(bench: Bench) -> None:
    due(bench, *CROWD[1:])
    bench.sweep()
    assert set(bench.calls()) == {"/v1/customers 200"}


def test_customers_with_events_are_visited_beside_the_job(bench: Bench) -> None:
    due(bench, *CROWD[1:])
    bench.worker.pauses.throttle(PROJECT, MINUTE)
    bench.apply(track(2, source_id=CROWD[0]))
    bench.later(MINUTE)
    bench.sweep()
    assert sorted(bench.calls()) == [f"{BULK} 202", "/v1/events 200"]


def test_g6_whose_list_is_read_waits_for_the_next_call_of_many(bench: Bench) -> None:
    bench.worker.pauses.throttle(PROJECT, MINUTE)
    bench.deliver(messages([join(1, "vip", source_id) for source_id in CROWD]))
    for _ in range(2):
        assert bench.calls() == []
        bench.later(MINUTE)
        bench.sweep()
    assert bench.calls() == [f"{BULK} 202"]
    wait_for_job(bench)
    assert bench.profile(CROWD[0])["metadata"]["segmentGroups"] == ["VIP"]
    assert is_quiet(bench)


def test_the_index_is_only_a_hint_for_jobs_too(bench: Bench) -> None:
    due(bench, *CROWD)
    bench.put_row(Row(source_id=CROWD[0], due=START))
    bench.put_row(Row(source_id=CROWD[1], fields={"name": pending(1, "Bob")}, due=START, not_before=START + 1))
    bench.put_row(Row(source_id=CROWD[2], fields={"name": pending(1, "Bob")}, due=START, lease="x", lease_until=START))
    bench.sweep()
    (job,) = jobs(bench)
    assert len(job.customers) == len(CROWD) - 3


def test_g5_a_customer_that_the_store_cannot_read_keeps_no_other_from_joining(bench: Bench) -> None:
    due(bench, *CROWD)
    bench.break_store(bench.pk(CROWD[0]))
    bench.sweep()
    assert bench.calls() == [f"{BULK} 202"]


def test_g2_what_is_merged_between_the_read_and_the_write_joins_later(bench: Bench) -> None:
    due(bench, *CROWD)
    bench.before_the_next_write(lambda: bench.apply(upsert(2, CROWD[-1], name="Eve")))
    bench.sweep()
    bench.later(MINUTE)
    bench.sweep()
    wait_for_job(bench)
    assert names(bench) == {"Ada", "Eve"}
    assert is_quiet(bench)


@pytest.mark.parametrize("left", [0, 1])
def test_g6_a_job_needs_a_call_to_spend(bench: Bench, left: int) -> None:
    bench.deliver(messages(upserts(0, ["warm up"], metadata={"plan": "pro"})))
    due(bench, *CROWD)
    project = bench.worker.project(PROJECT)
    assert project is not None
    bench.worker.budget.noted(project, Answer(None, 200, rate=Rate(100, 50 + left, START + MINUTE)))
    bench.sweep()
    assert bench.calls().count(f"{BULK} 202") == left
    assert len(list(jobs(bench))) == left


def test_rows_of_events_stay_with_their_customer(bench: Bench) -> None:
    due(bench, *CROWD)
    bench.put_row(Row(source_id=CROWD[0], events=listed(3), fields={"name": pending(1, "Ada")}, due=START))
    bench.sweep()
    assert bench.row(CROWD[0]).lease is None
