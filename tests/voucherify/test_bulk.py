"""Bulk jobs in the making: who joins, and what becomes of them when the call is made (G1, G2, G6)."""

from typing import Any

import pytest

from cdphub.aws import AwsError
from cdphub.clock import HOUR, MINUTE, SECOND
from cdphub.outbox.row import Row
from cdphub.outbox.turn import DOUBT_MS
from tests.builders import START, erase, join, listed, pending, track, upsert
from tests.voucherify.bench import INVOCATION_MS, Bench
from tests.voucherify.crowd import BULK, CROWD, is_quiet, jobs, messages, names, upserts, wait_for_job
from tests.voucherify.doors import message
from tools.local.sandbox.core import Request
from voucherify import basket
from voucherify.apply import apply
from voucherify.bulk import LEAST_MS

FIRST = CROWD[0]


def test_g6_many_customers_of_a_batch_are_one_call(bench: Bench) -> None:
    assert not bench.deliver(messages(upserts(1, name="Ada", metadata={"plan": "pro"})))
    assert bench.calls() == [f"{BULK} 202"]
    (job,) = jobs(bench)
    assert (job.status, len(job.customers), job.unsure) == ("submitted", len(CROWD), [])
    assert {bench.row(source_id).due for source_id in CROWD} == {None}
    wait_for_job(bench)
    assert names(bench) == {"Ada"}
    assert bench.profile(FIRST)["metadata"] == {"plan": "pro"}
    assert is_quiet(bench)


def test_few_customers_are_sent_one_by_one(bench: Bench) -> None:
    bench.deliver(messages(upserts(1, CROWD[1:], name="Ada")))
    assert bench.calls() == ["/v1/customers 200"] * (len(CROWD) - 1)


def test_g1_the_jobs_row_stands_before_anyone_joins_and_says_that_it_is_submitted_before_it_is(bench: Bench) -> None:
    bench.deliver(messages(upserts(1, name="Ada")))
    steps = [entry for entry in bench.log if "job" in entry or entry in ("write_customer", f"POST {BULK} 202")]
    joins = ["write_customer"] * len(CROWD)
    assert steps == ["create_job", *joins, "change_job", f"POST {BULK} 202", "change_job"]


def test_g2_nobody_elses_events_wait_for_the_call_that_a_job_may_begin_with(bench: Bench) -> None:
    bench.deliver(messages([*upserts(1, name="Ada"), track(2, source_id="somebody else")]))
    assert bench.log.index("put_event") < bench.log.index("GET /v1/metadata-schemas 200")


@pytest.mark.parametrize(
    "state",
    [
        {"events": listed(5)},
        {"split": True},
        {"single": True},
        {"deletion": {"at": "0000000000001#t#000000", "by": "segment-1"}},
    ],
    ids=["events", "split", "single", "erased"],
)
def test_who_needs_a_call_of_its_own_gets_one(bench: Bench, state: dict[str, Any]) -> None:
    bench.put_row(Row(source_id=FIRST, **state))
    bench.deliver(messages(upserts(7, name="Ada")))
    assert bench.calls()[0] == f"{BULK} 202"
    (job,) = jobs(bench)
    assert len(job.customers) == len(CROWD) - 1
    assert bench.row(FIRST).lease is None


def test_a_message_that_comes_again_joins_no_job(bench: Bench) -> None:
    (message,) = messages(upserts(1, CROWD[1:], name="Ada"))
    message["attributes"]["ApproximateReceiveCount"] = "2"
    assert not bench.deliver([message])
    assert bench.calls() == ["/v1/customers 200"] * (len(CROWD) - 1)


def test_g6_many_customers_whose_message_comes_again_are_stored_and_the_sweep_sends_them_together(bench: Bench) -> None:
    (message,) = messages(upserts(1, name="Ada"))
    message["attributes"]["ApproximateReceiveCount"] = "2"
    assert not bench.deliver([message])
    assert bench.calls() == []
    bench.sweep()
    assert bench.calls() == [f"{BULK} 202"]
    wait_for_job(bench)
    assert names(bench) == {"Ada"}


@pytest.mark.parametrize("command", [track(2, source_id=FIRST), erase(2, FIRST)], ids=["event", "erasure"])
def test_a_batch_with_a_customers_event_or_erasure_keeps_the_customer_out(bench: Bench, command: Any) -> None:
    more = [upsert(1, "one more", name="Ada")]
    bench.deliver(messages([*upserts(1, name="Ada"), *more, command]))
    (job,) = jobs(bench)
    assert bench.pk(FIRST) not in job.customers
    assert len(job.customers) == len(CROWD)


def test_lists_are_read_first_and_then_ride_in_the_same_job(bench: Bench) -> None:
    bench.elsewhere(source_id=FIRST, metadata={"segmentGroups": ["Theirs"]})
    bench.deliver(messages([join(1, "vip", source_id) for source_id in CROWD]))
    assert bench.calls() == [f"{BULK} 202"]
    assert len([call for call in bench.calls("GET") if call.startswith("/v1/customers/")]) == len(CROWD)
    wait_for_job(bench)
    assert bench.profile(FIRST)["metadata"]["segmentGroups"] == ["Theirs", "VIP"]
    assert bench.profile(CROWD[1])["metadata"]["segmentGroups"] == ["VIP"]
    assert is_quiet(bench)


def test_what_is_merged_while_a_list_is_read_decides_who_joins(bench: Bench) -> None:
    bench.meanwhile(lambda: bench.apply(track(5, source_id=FIRST)), method="GET")
    bench.apply(upsert(0, "warm up", metadata={"plan": "pro"}))
    bench.deliver(messages([join(1, "vip", source_id) for source_id in CROWD]))
    assert bench.events() == ["Visited"]


def test_a_customer_of_whom_nothing_can_be_sent_is_settled_at_once(bench: Bench) -> None:
    bench.deliver(messages([*upserts(1, CROWD[1:], name="Ada"), upsert(1, FIRST, metadata={"undefined": 1})]))
    assert not bench.row(FIRST).has_work()
    (job,) = jobs(bench)
    assert len(job.customers) == len(CROWD) - 1


def test_who_does_not_fit_goes_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basket, "MOST_BYTES", 100)
    bench.deliver(messages(upserts(1, name="Ada")))
    assert bench.calls() == [f"{BULK} 202"] + ["/v1/customers 200"] * (len(CROWD) - 2)


def test_when_nobody_joins_there_is_no_job(bench: Bench) -> None:
    for source_id in CROWD:
        bench.put_row(Row(source_id=source_id, single=True, fields={"phone": pending(0, "1")}))
    bench.deliver(messages(upserts(1, name="Ada")))
    assert not list(jobs(bench))


def test_with_little_time_left_there_is_no_job(bench: Bench) -> None:
    apply(bench.worker, messages(upserts(1, name="Ada")), bench.clock.now + LEAST_MS - 1)
    assert BULK not in " ".join(bench.calls())


def test_g1_events_that_come_meanwhile_wait_for_the_job(bench: Bench) -> None:
    bench.deliver(messages(upserts(1, name="Ada")))
    assert not bench.apply(track(2, source_id=FIRST))
    bench.sweep()
    assert bench.events() == []
    assert bench.row(FIRST).due is None
    wait_for_job(bench)
    assert bench.events() == ["Visited"]


def test_g2_what_is_merged_meanwhile_is_sent_after_the_job(bench: Bench) -> None:
    bench.deliver(messages(upserts(1, name="older", phone="1")))
    bench.deliver(messages(upserts(2, name="newer")))
    assert len(bench.calls()) == 1
    wait_for_job(bench)
    wait_for_job(bench)
    assert bench.calls() == [f"{BULK} 202"] * 2
    assert names(bench) == {"newer"}
    assert set(bench.bodies()[-1][0]) == {"source_id", "name"}
    assert is_quiet(bench)


def test_g1_a_customer_whose_write_may_have_worked_is_given_back_and_not_taken_for_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox, pk = bench.store.outbox, bench.pk(FIRST)
    write = outbox.write_customer

    def lose_the_answer(of: str, *values: Any, **named: Any) -> bool:
        written = write(of, *values, **named)
        if of == pk:
            raise AwsError("DynamoDB: ReadTimeoutError")
        return written

    monkeypatch.setattr(outbox, "write_customer", lose_the_answer)
    assert len(bench.deliver(messages(upserts(1, name="Ada")))) == 1
    monkeypatch.undo()
    (job,) = jobs(bench)
    assert job.unsure == [pk]
    wait_for_job(bench)
    assert names(bench) == {"Ada"}
    assert is_quiet(bench)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 423, 500])
def test_g1_a_job_that_is_refused_gives_everyone_back(bench: Bench, status: int) -> None:
    bench.fail(status, match=BULK)
    bench.deliver(messages(upserts(1, name="Ada")))
    assert not list(jobs(bench))
    assert {bench.row(source_id).due for source_id in CROWD} == {START}
    bench.heal()
    bench.later(MINUTE)
    bench.sweep()
    assert names(bench) == {"Ada"}
    assert is_quiet(bench)


def test_the_limit_of_bulk_calls_leaves_single_calls_until_its_end(bench: Bench) -> None:
    bench.fail(429, match=BULK, headers={"X-Rate-Limit-Type": "bulk_api_calls", "Retry-After": "600"}, count=1)
    bench.deliver(messages(upserts(1, name="Ada")))
    assert bench.pause() is None
    bench.sweep()
    assert names(bench) == {"Ada"}
    bench.deliver(messages(upserts(2, name="Bob")))
    assert len(bench.calls()) == 1 + 2 * len(CROWD)
    bench.later(600 * SECOND)
    bench.deliver(messages(upserts(3, name="Eve")))
    assert len(bench.calls()) == 2 + 2 * len(CROWD)


def test_the_limit_of_all_calls_pauses_the_project(bench: Bench) -> None:
    bench.fail(429, match=BULK, headers={"X-Rate-Limit-Type": "api_calls", "Retry-After": "60"}, count=1)
    bench.deliver(messages(upserts(1, name="Ada")))
    pause = bench.pause()
    assert pause is not None
    assert pause.reason == "throttle"
    bench.later(HOUR)
    bench.sweep()
    assert bench.calls()[-1] == f"{BULK} 202"


@pytest.mark.parametrize("effect", ["none", "before"])
def test_g2_an_unclear_submit_is_waited_out_before_everything_is_sent_again(bench: Bench, effect: str) -> None:
    bench.fail(match=BULK, reset=True, effect=effect, count=1)
    bench.deliver(messages(upserts(1, name="Ada")))
    (job,) = jobs(bench)
    assert job.status == "submitting"
    bench.later(INVOCATION_MS + DOUBT_MS - 1)
    bench.sweep()
    assert {one.status for one in jobs(bench)} == {"submitting"}
    for wait in (1, MINUTE):
        bench.later(wait)
        bench.sweep()
    wait_for_job(bench)
    assert len(bench.calls()) == 2
    assert names(bench) == {"Ada"}
    assert is_quiet(bench)


def test_g1_nobody_joins_a_job_that_has_been_submitted(bench: Bench) -> None:
    bench.fail(503, count=1)
    bench.apply(track(1, source_id=FIRST))
    bench.later(HOUR)

    def merge_a_list() -> None:
        joining = message(join(3, "vip", FIRST, name="VIP"))
        assert not apply(bench.new_worker(), [joining], bench.clock.now + INVOCATION_MS)

    # While the event is sent, which is the second call: the first submits the job of the others.
    bench.meanwhile(merge_a_list)
    bench.meanwhile(lambda: None)
    assert not bench.deliver(messages(upserts(2, name="Ada")))
    assert bench.calls()[1:] == [f"{BULK} 202", "/v1/events 200", "/v1/customers 200"]
    assert bench.profile(FIRST)["metadata"] == {"segmentGroups": ["VIP"]}
    wait_for_job(bench)
    assert is_quiet(bench)


def test_g5_an_unclear_submit_does_not_wait_for_jobs_that_were_created_later(bench: Bench) -> None:
    bench.fail(match=BULK, reset=True, count=1)
    bench.deliver(messages(upserts(1, name="Ada")))
    bench.later(5 * MINUTE)
    headers = {"X-App-Id": "id", "X-App-Token": "key", "Content-Type": "application/json"}
    assert bench.vendor(Request("POST", BULK, headers=headers, body=b'[{"source_id": "eve"}]')).status == 202
    bench.sweep()
    assert not list(jobs(bench))


def test_g1_a_worker_that_dies_while_customers_join_is_found(bench: Bench) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    bench.before_the_next_write(die)
    with pytest.raises(KeyboardInterrupt):
        bench.deliver(messages(upserts(1, name="Ada")))
    bench.later(INVOCATION_MS + DOUBT_MS)
    bench.sweep()
    assert not list(jobs(bench))
