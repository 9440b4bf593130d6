"""Customers in bulk: jobs that are queued behind one another, and their results.

https://docs.voucherify.io/api-reference/customers/update-customers-in-bulk and /api-reference/async-actions.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bodies import BulkKey, CustomerBody, json_of, parse, whole_number
from tools.local.sandbox.voucherify.errors import RefusedError, invalid_payload, invalid_query, not_found
from tools.local.sandbox.voucherify.history import Effect
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.values import iso_time

Duration = Callable[[int], int]
"""How many milliseconds a job of so many customers takes."""

REPORTS = "/reports/"


@dataclass(frozen=True)
class Row:
    """What became of one customer of a job."""

    source_id: str
    found: bool
    reason: str = ""


@dataclass
class Job:
    """One job; times are milliseconds since 1970."""

    id: str
    request: Request
    items: list[Any]
    created: int
    starts: int
    ends: int
    fails: bool = False
    """Whether it is to end without any effect."""
    rows: list[Row] | None = None

    def shown(self, now: int) -> dict[str, Any]:
        """The job as the list shows it: without its result."""
        share = (now - self.starts) / (self.ends - self.starts)
        ended, outcome = ("FAILED", "FAILED") if self.fails else ("DONE", "SUCCESS")
        status = "ENQUEUED" if now < self.starts else "IN_PROGRESS" if self.rows is None else ended
        return {
            "id": self.id,
            "type": "CUSTOMERS.BULK_UPDATE",
            "status": status,
            "operation_status": "UNKNOWN" if self.rows is None else outcome,
            "created_at": iso_time(self.created),
            "updated_at": iso_time(min(now, self.ends)),
            "progress": max(0, min(100, int(share * 100))),
            "object": "async_action",
        }

    def shown_in_full(self, now: int) -> dict[str, Any]:
        """The job with its result, once it has one."""
        if self.rows is None:
            return {**self.shown(now), "result": None}
        failed = sum(bool(row.reason) for row in self.rows)
        scheme = self.request.header("X-Forwarded-Proto") or "http"
        host, project = self.request.header("Host"), self.request.header("X-App-Id")
        result = {
            "done_count": len(self.rows) - failed,
            "failed_count": failed,
            "reports": [f"{scheme}://{host}{REPORTS}{project}/{self.id}.csv"],
            "errors": [],
        }
        return {**self.shown(now), "processing_time": self.ends - self.starts, "result": result}


class Bulk:
    """The calls /v1/customers/bulk/async and /v1/async-actions; jobs advance with the clock alone.

    So many of the next jobs as `failing` says end as FAILED.
    """

    failing = 0

    def __init__(self, project: Project, duration: Duration) -> None:
        self._project = project
        self._duration = duration
        self._jobs: dict[str, Job] = {}

    def routes(self) -> dict[str, Handler]:
        return {
            "POST /v1/customers/bulk/async": self._submit,
            "GET /v1/async-actions": self._list,
            "GET /v1/async-actions/<job>": self._get,
        }

    def settle(self) -> None:
        """Lets the jobs that have ended take effect, each at the time of its end."""
        now = self._project.now_ms()
        for job in self._jobs.values():
            if job.rows is None and job.ends <= now:
                job.rows = [] if job.fails else [self._write(job, item) for item in job.items]

    def report(self, request: Request, name: str) -> Reply:
        """The report of a job: the rows that were updated, and those that failed, with the reason."""
        job = self._jobs.get(name.removesuffix(".csv"))
        if not job or job.rows is None:
            return Reply(404)
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["source_id", "found", "updated", "reason"])
        for row in job.rows:
            updated = not row.reason
            table.writerow([row.source_id, str(row.found).lower(), str(updated).lower(), row.reason])
        return Reply(200, {"Content-Type": "text/csv; charset=utf-8"}, text.getvalue().encode())

    def _submit(self, request: Request) -> Reply:
        items = json_of(request)
        if not isinstance(items, list):
            raise invalid_payload("Payload must be array")
        for item in items:
            parse(BulkKey, item)
        now = self._project.now_ms()
        starts = max([now, *(job.ends for job in self._jobs.values())])
        job = Job(self._project.ids("aa_"), request, items, now, starts, starts + self._duration(len(items)))
        job.fails, self.failing = self.failing > 0, max(0, self.failing - 1)
        self._jobs[job.id] = job
        return Reply.of(202, {"async_action_id": job.id})

    def _write(self, job: Job, item: Any) -> Row:
        source_id = item["source_id"]
        found = self._project.profiles.by_source(source_id) is not None
        try:
            body = parse(CustomerBody, {**item, "id": None})
            self._project.profiles.upsert(body, job.ends)
        except RefusedError as refusal:
            return Row(source_id, found, refusal.details)
        self._project.history.add(Effect(job.ends, "customer", source_id, job.request.index, body.sent()))
        return Row(source_id, found)

    def _list(self, request: Request) -> Reply:
        limit = whole_number(request, "limit", default=10, highest=100)
        before = _end_date(request)
        newest_first = [job for job in reversed(self._jobs.values()) if job.created < before]
        now = self._project.now_ms()
        listed = {"object": "list", "data_ref": "async_actions", "has_more": len(newest_first) > limit}
        return Reply.of(200, {**listed, "async_actions": [job.shown(now) for job in newest_first[:limit]]})

    def _get(self, request: Request, job: str) -> Reply:
        if job not in self._jobs:
            raise not_found("async_action", job)
        return Reply.of(200, self._jobs[job].shown_in_full(self._project.now_ms()))


def _end_date(request: Request) -> float:
    """The `end_date` of the query in milliseconds since 1970; without one, no end."""
    text = request.query.get("end_date")
    if text is None:
        return float("inf")
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError as error:
        raise invalid_query("Property .end_date cannot be recognized as a ISO-8601 compliant date") from error
