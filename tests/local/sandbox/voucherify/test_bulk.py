"""Customers in bulk and async actions."""

import csv
import io
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.local.sandbox.voucherify.conftest import Bench
from tools.local.sandbox.core import Request

BULK = "/v1/customers/bulk/async"


def submit(bench: Bench, *customers: dict[str, Any]) -> str:
    reply = bench.call("POST", BULK, list(customers))
    assert reply.status == 202
    job: str = reply.json()["async_action_id"]
    return job


def status(bench: Bench, job: str) -> Any:
    return bench.ok("GET", f"/v1/async-actions/{job}")["status"]


def test_a_job_takes_effect_when_it_is_done_and_not_before(bench: Bench) -> None:
    job = submit(bench, {"source_id": "ana", "name": "Ana"}, {"source_id": "bob", "name": "Bob"})
    assert (status(bench, job), bench.history()) == ("IN_PROGRESS", [])
    bench.now += 2_001
    assert (status(bench, job), bench.history()) == ("IN_PROGRESS", [])
    bench.now += 1
    done = bench.ok("GET", f"/v1/async-actions/{job}")
    assert (done["status"], done["operation_status"], done["progress"]) == ("DONE", "SUCCESS", 100)
    assert (done["type"], done["processing_time"]) == ("CUSTOMERS.BULK_UPDATE", 2_002)
    assert bench.profile("ana")["name"] == "Ana"


def test_jobs_wait_for_those_before_them(bench: Bench) -> None:
    first, second = submit(bench, {"source_id": "ana", "name": "1"}), submit(bench, {"source_id": "ana", "name": "2"})
    assert (status(bench, first), status(bench, second)) == ("IN_PROGRESS", "ENQUEUED")
    bench.now += 2_001
    assert (status(bench, first), status(bench, second)) == ("DONE", "IN_PROGRESS")
    assert bench.profile("ana")["name"] == "1"
    bench.now += 2_001
    assert (status(bench, second), bench.profile("ana")["name"]) == ("DONE", "2")


def test_a_single_call_during_a_job_is_overtaken_by_it(bench: Bench) -> None:
    submit(bench, {"source_id": "ana", "name": "old"})
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "name": "new"})
    bench.now += 60_000
    assert bench.profile("ana")["name"] == "old"
    assert [(effect["request"], effect["fields"]["name"]) for effect in bench.history()] == [(1, "new"), (0, "old")]
    assert bench.history()[1]["at"] == 1_700_000_042_001
    assert bench.profile("ana")["updated_at"] == "2023-11-14T22:14:02.001Z"


def test_a_job_that_has_ended_takes_effect_before_the_next_call(bench: Bench) -> None:
    submit(bench, {"source_id": "ana", "name": "old"})
    bench.now += 60_000
    bench.ok("POST", "/v1/customers", {"source_id": "ana", "name": "new"})
    assert bench.profile("ana")["name"] == "new"


def test_bad_rows_fail_alone_and_show_only_in_result_and_report(bench: Bench) -> None:
    bench.ok("POST", "/v1/customers", {"source_id": "ana"})
    job = submit(bench, {"source_id": "ana", "name": "Ana"}, {"source_id": "bob", "email": 5}, {"source_id": "eve"})
    bench.now += 60_000
    result = bench.ok("GET", f"/v1/async-actions/{job}")["result"]
    assert (result["done_count"], result["failed_count"], result["errors"]) == (2, 1, [])
    report = bench.sandbox.handle(Request("GET", urlsplit(result["reports"][0]).path))
    rows = list(csv.DictReader(io.StringIO(report.body.decode())))
    assert [(row["source_id"], row["found"], row["updated"]) for row in rows] == [
        ("ana", "true", "true"),
        ("bob", "false", "false"),
        ("eve", "false", "true"),
    ]
    assert rows[1]["reason"] == "Property .email must be string"
    assert bench.call("GET", "/_sandbox/customers/bob").status == 404


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, "Payload must be array"),
        ([{"name": "Ana"}], "Payload must have required property 'source_id'"),
        ([{"source_id": 5}], "Property .source_id must be string"),
        (["ana"], "Payload must be object"),
    ],
)
def test_a_call_in_a_wrong_form_is_refused_as_a_whole(bench: Bench, body: Any, details: str) -> None:
    assert bench.error("POST", BULK, body) == (400, "invalid_payload", details)
    assert bench.ok("GET", "/v1/async-actions")["async_actions"] == []


def test_actions_are_listed_newest_first_without_results(bench: Bench) -> None:
    jobs = []
    for n in range(3):
        jobs.append(submit(bench, {"source_id": f"c{n}"}))
        bench.now += 60_000
    listed = bench.ok("GET", "/v1/async-actions", limit="2")
    assert [action["id"] for action in listed[listed["data_ref"]]] == [jobs[2], jobs[1]]
    assert (listed["has_more"], "result" in listed["async_actions"][0]) == (True, False)
    older = bench.ok("GET", "/v1/async-actions", end_date=listed["async_actions"][1]["created_at"])
    assert [action["id"] for action in older["async_actions"]] == [jobs[0]]
    assert older["has_more"] is False


def test_a_wrong_end_date_is_refused(bench: Bench) -> None:
    assert bench.error("GET", "/v1/async-actions", end_date="yesterday")[:2] == (400, "invalid_query_params")


def test_an_unknown_action_is_not_found(bench: Bench) -> None:
    assert bench.call("GET", "/v1/async-actions/aa_x").json()["resource_type"] == "async_action"


def test_a_job_can_be_made_to_fail_as_a_whole(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/bulk-jobs", {"failing": 1})
    failing, good = submit(bench, {"source_id": "ana"}), submit(bench, {"source_id": "bob"})
    bench.now += 60_000
    action = bench.ok("GET", f"/v1/async-actions/{failing}")
    assert (action["status"], action["operation_status"]) == ("FAILED", "FAILED")
    assert status(bench, good) == "DONE"
    assert [effect["source_id"] for effect in bench.history()] == ["bob"]


def test_a_report_is_there_only_once_the_job_is_done(bench: Bench) -> None:
    job = submit(bench, {"source_id": "ana"})
    assert bench.call("GET", f"/reports/app/{job}.csv").status == 404
    bench.now += 60_000
    assert bench.call("GET", f"/reports/app/{job}.csv").status == 200
