"""How bulk jobs end: nothing is taken for done before Voucherify says so, and whoever failed is sent alone (G1, G2)."""

from typing import Any

import pytest

from cdphub import clock
from cdphub.clock import HOUR, MINUTE, SECOND
from cdphub.outbox.row import Row
from tests.builders import at, erase, pending, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.crowd import BULK, CROWD, is_quiet, jobs, messages, names, upserts, wait_for_job
from tools.local.sandbox.core import Request
from voucherify.jobs import STUCK_MS, look
from voucherify.sweep import sweep

FIRST, BAD = CROWD[0], CROWD[5]
JOB_MS = 2 * SECOND + len(CROWD)


def submit(bench: Bench, **fields: Any) -> None:
    """Has a job submitted for the crowd."""
    assert not bench.deliver(messages(upserts(1, **(fields or {"name": "Ada"}))))
    assert bench.calls()[-1] == f"{BULK} 202"


def submit_with_a_bad_row(bench: Bench) -> None:
    commands = [*upserts(1, [one for one in CROWD if one != BAD], name="Ada"), upsert(1, BAD, birthdate="never")]
    assert not bench.deliver(messages(commands))


def fail_jobs(bench: Bench, number: int) -> None:
    assert bench.vendor(Request("PUT", "/_sandbox/bulk-jobs", body=b'{"failing": %d}' % number)).status == 204


def test_g1_the_answer_to_the_call_is_not_taken_for_the_end(bench: Bench) -> None:
    submit(bench)
    bench.later(JOB_MS - 1)
    bench.sweep()
    assert {one.status for one in jobs(bench)} == {"submitted"}
    assert all(bench.row(source_id).has_work() for source_id in CROWD)
    bench.later(1)
    bench.sweep()
    assert is_quiet(bench)
    assert bench.row(FIRST).applied == {"name": at(1)}


def test_a_job_is_looked_at_soon_and_then_less_often(bench: Bench) -> None:
    submit(bench)
    bench.fail(200, match="GET /v1/async-actions", body={"async_actions": []})
    waits = []
    while bench.world.queues.sent["apply"]:
        (token,) = bench.world.queues.sent["apply"]
        waits.append(token.delay_seconds)
        bench.later(int(token.delay_seconds * SECOND))
        bench.remind()
    assert waits == [3, 3, 6, 12, 24, 48]


def test_one_list_call_is_for_all_jobs_of_a_project(bench: Bench) -> None:
    for start in range(3):
        bench.deliver(messages(upserts(1, [f"{start} {source_id}" for source_id in CROWD], name="Ada")))
    bench.later(MINUTE)
    bench.sweep()
    assert bench.calls("GET").count("/v1/async-actions 200") == 1
    assert not list(jobs(bench))


def test_g1_rows_that_failed_are_sent_alone_to_learn_why(bench: Bench) -> None:
    submit_with_a_bad_row(bench)
    wait_for_job(bench)
    assert bench.calls() == [f"{BULK} 202", "/v1/customers 400"]
    (letter,) = bench.dead()
    assert letter.customer == bench.pk(BAD)
    assert is_quiet(bench)
    assert bench.row(BAD).single is False


@pytest.mark.parametrize(
    "report",
    [
        {"status": 404},
        {"status": 200, "body": "source_id,found\n"},
        {"status": 200, "body": {}},
        {"status": 200, "body": f"source_id,updated\n'{BAD},false\n"},
    ],
    ids=["gone", "other columns", "no table", "ids in another form"],
)
def test_g1_without_a_report_that_can_be_read_all_are_sent_alone(bench: Bench, report: dict[str, Any]) -> None:
    submit_with_a_bad_row(bench)
    bench.fail(match="GET /reports/", **report)
    wait_for_job(bench)
    assert len(bench.calls()) == 1 + len(CROWD)
    assert names(bench, [one for one in CROWD if one != BAD]) == {"Ada"}
    assert is_quiet(bench)


def test_the_report_is_fetched_without_the_key_and_only_if_something_failed(bench: Bench) -> None:
    submit_with_a_bad_row(bench)
    wait_for_job(bench)
    submit(bench, phone="1")
    wait_for_job(bench)
    (fetched,) = [request for request in bench.requests() if request["path"].startswith("/reports/")]
    assert not any(name.lower().startswith("x-app") for name in fetched["headers"])


def test_g1_a_job_that_failed_gives_everyone_back_and_single_calls_do_for_a_while(bench: Bench) -> None:
    fail_jobs(bench, 1)
    submit(bench)
    wait_for_job(bench)
    assert bench.calls() == [f"{BULK} 202"] + ["/v1/customers 200"] * len(CROWD)
    assert names(bench) == {"Ada"}
    assert is_quiet(bench)


def test_g1_what_cannot_be_asked_now_is_asked_again(bench: Bench) -> None:
    submit(bench)
    bench.fail(503, match="GET /v1/async-actions", count=2)
    for _ in range(3):
        bench.later(MINUTE)
        bench.sweep()
    assert is_quiet(bench)


def test_a_pause_of_the_project_holds_the_looks_up(bench: Bench) -> None:
    submit(bench)
    bench.worker.pauses.throttle(PROJECT, HOUR)
    bench.later(MINUTE)
    bench.sweep()
    assert "/v1/async-actions 200" not in bench.calls("GET")


def test_g1_a_job_that_cannot_be_settled_at_once_is_settled_by_the_next_look(bench: Bench) -> None:
    submit(bench)
    bench.break_store(bench.pk(FIRST))
    bench.later(MINUTE)
    bench.sweep()
    assert len(list(jobs(bench))) == 1
    assert not bench.row(CROWD[1]).has_work()
    bench.break_store()
    bench.later(MINUTE)
    bench.sweep()
    assert is_quiet(bench)


def test_g2_a_customer_given_back_is_not_the_jobs_any_more(bench: Bench) -> None:
    submit(bench)
    taken = Row(source_id=FIRST, lease="another", lease_until=bench.clock.now, fields={"name": pending(1, "Ada")})
    bench.put_row(taken)
    wait_for_job(bench)
    assert bench.row(FIRST) == taken


def test_an_erasure_waits_for_the_job(bench: Bench) -> None:
    submit(bench)
    bench.apply(erase(2, FIRST))
    bench.sweep()
    assert bench.calls() == [f"{BULK} 202"]
    wait_for_job(bench)
    assert bench.calls()[-1] == "/v1/customers/customer%200000/permanent-deletion 200"
    assert bench.profile(FIRST) is None


def test_g1_a_row_that_is_leased_to_a_job_that_is_gone_is_nobodys(bench: Bench) -> None:
    bench.put_row(Row(source_id=FIRST, lease="job#gone", fields={"name": pending(1, "Ada")}))
    bench.apply(upsert(2, FIRST, phone="5"))
    assert bench.profile(FIRST)["name"] == "Ada"
    assert not bench.row(FIRST).has_work()


def test_an_old_job_is_told_of_and_waited_for(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    submit(bench)
    bench.fail(200, match="GET /v1/async-actions", body={"async_actions": [], "status": "IN_PROGRESS"})
    bench.later(STUCK_MS)
    bench.sweep()
    assert "BulkJobsStuck" not in capsys.readouterr().out
    bench.later(1)
    bench.sweep()
    assert "BulkJobsStuck" in capsys.readouterr().out
    assert all(bench.row(source_id).lease for source_id in CROWD)


def test_g1_a_job_that_voucherify_has_forgotten_is_sent_again(bench: Bench) -> None:
    submit(bench)
    bench.fail(404, match="GET /v1/async-actions/aa_")
    bench.later(STUCK_MS)
    bench.sweep()
    assert all(bench.row(source_id).lease for source_id in CROWD)
    bench.later(MINUTE)
    bench.sweep()
    assert not any(bench.row(source_id).lease for source_id in CROWD)
    assert not list(jobs(bench))
    assert all(bench.row(source_id).due for source_id in CROWD)


def test_without_time_everything_is_left_for_the_next_look(bench: Bench) -> None:
    submit(bench)
    bench.later(MINUTE)
    before = [bench.row(source_id) for source_id in CROWD]
    sweep(bench.worker, clock.now_ms())
    assert [bench.row(source_id) for source_id in CROWD] == before


def test_looking_costs_nothing_when_there_is_no_job(bench: Bench) -> None:
    project = bench.worker.project(PROJECT)
    assert project is not None
    before = list(bench.log)
    look(bench.worker, project, clock.now_ms() + MINUTE)
    assert bench.log == before
