"""hubctl tail shows lines of the log, and those that are wanted."""

import json
from itertools import islice
from typing import Any

import pytest

from cdphub import clock
from cdphub.connections import read_project_secrets
from cdphub.outbox.row import partition
from tests.hubctl.conftest import Run
from tests.hubctl.shop import add_shop, connected, stored
from tests.hubctl.watched import log
from tools.hubctl.logs import Logs

ATTEMPT = {"message": "attempt", "connection": "segment-1", "status": 200}


def tailed(run: Run, *options: str) -> list[dict[str, Any]]:
    shown = run("tail", "--since", "1h", "--no-follow", "--json", *options)
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


def messages(run: Run, *options: str) -> list[str]:
    return [line["message"] for line in tailed(run, *options)]


def test_lines_come_by_their_own_times_without_lambdas_and_metrics(stack: str, run: Run) -> None:
    log("SegmentDeliver", "START RequestId: 1", ATTEMPT | {"timestamp": "2026-03-02 09:15:00,250+0000"})
    log(
        "SegmentIngest", '{"_aws": {}, "Accepted": [1]}', {"message": "accepted", "timestamp": "2026-03-02 09:15:00,1Z"}
    )
    first, second = tailed(run)
    assert (first["message"], second["message"]) == ("accepted", "attempt")
    assert (second["time"], second["function"]) == ("2026-03-02T09:15:00.250Z", "SegmentDeliver-1X")


def test_lines_before_since_are_left_out(stack: str, run: Run) -> None:
    log("SegmentDeliver", {"message": "old"}, age_ms=2 * clock.HOUR)
    log("SegmentDeliver", {"message": "new"})
    assert messages(run) == ["new"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--connection", "segment-1"), ["attempt"]),
        (("--cdp", "segment"), ["attempt", "refused"]),
        (("--cdp", "braze"), ["dead"]),
        (("--status", "429"), ["throttled"]),
        (("--status", "4xx"), ["throttled"]),
        (("--status", "5xx"), []),
        (("--failure", "invalid"), ["dead"]),
    ],
)
def test_filters(stack: str, run: Run, options: tuple[str, ...], found: list[str]) -> None:
    log("SegmentDeliver", ATTEMPT)
    log("SegmentIngest", {"message": "refused", "field": "body"})
    log("IterableDeliver", {"message": "throttled", "connection": "iterable-1", "status": 429})
    log("BrazeDeliver", {"message": "dead", "connection": "braze-1", "failure": "invalid"})
    assert sorted(messages(run, *options)) == found


def test_a_project_has_its_connections_lines(stack: str, run: Run) -> None:
    connection, _ = connected(run)
    log("SegmentIngest", {"message": "accepted", "connection": connection.id}, {"message": "not stored"})
    log("VoucherifyApply", {"message": "attempt", "project": "shop"}, {"message": "attempt", "project": "other"})
    assert sorted(messages(run, "--project", "shop")) == ["accepted", "attempt"]


def test_g7_a_customer_is_found_by_the_hash_that_lines_have(stack: str, run: Run) -> None:
    add_shop(run)
    ada = partition("shop", read_project_secrets(stored().secrets, "shop").salt, "ada@crm")
    log("VoucherifyApply", {"message": "attempt", "customers": [ada]}, {"message": "omitted", "customer": ada})
    log("VoucherifyApply", {"message": "other", "customer": "shop#0"})
    assert messages(run, "--project", "shop", "--customer", "ada@crm") == ["attempt", "omitted"]


def test_a_customer_needs_a_project(stack: str, run: Run) -> None:
    refused = run("tail", "--customer", "ada@crm", "--no-follow")
    assert refused.exit_code == 1
    assert "--project" in refused.stderr


def test_what_is_no_status_is_refused(stack: str, run: Run) -> None:
    refused = run("tail", "--status", "ok", "--no-follow")
    assert (refused.exit_code, refused.stderr) == (1, "Error: status: ok is none: 429 and 5xx are\n")


def test_a_stack_that_is_not_there_is_said(stack: str, run: Run) -> None:
    assert "no such stack here" in run("tail", "--no-follow").stderr


def test_people_read_a_line(stack: str, run: Run) -> None:
    log("SegmentDeliver", ATTEMPT | {"trace_ids": ["a", "b"], "items": [1, 2, 3, 4, 5]})
    assert (
        "attempt  connection=segment-1  status=200  trace_ids=a,b" in run("tail", "--since", "1h", "--no-follow").stdout
    )


def test_it_follows_what_comes_and_tells_nothing_twice(stack: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    log("SegmentDeliver", {"message": "first"})
    monkeypatch.setattr(clock, "sleep", lambda _: log("SegmentDeliver", {"message": "next"}))
    run("tail", "--no-follow")
    lines = islice(Logs(stack).follow(clock.now_ms() - clock.HOUR), 3)
    assert [line.entry["message"] for line in lines] == ["first", "next", "next"]
