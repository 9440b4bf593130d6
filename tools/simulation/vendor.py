"""Voucherify as a simulated worker finds it: the sandbox's rules behind a network that fails, and answers late.

A request that was written takes effect whatever becomes of its sender, and may do so nearly two minutes later.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cdphub.clock import MINUTE, SECOND
from cdphub.connections import ProjectSecrets
from cdphub.http import DEADLINE_MS, HttpReply, HttpRequest, NoReplyError
from tools.local.sandbox.core import Reply, Request, Vendor
from tools.simulation.bulk_jobs import BAD, BULK, BulkJobs
from tools.simulation.history import Call, History
from tools.simulation.scheduler import Scheduler
from tools.simulation.trouble import Trouble

LATEST_MS = 119 * SECOND
"""How long after it was written a request can still take effect: a second less than the hub relies on."""

QUICK_MS = 150
SLOW_MS = 9 * SECOND
"""How long the vendor takes at most to do a thing, and to say so when it is slow."""

PUBLICATIONS = "GET /_sandbox/publications"
BEHAVIOUR = "PUT /_sandbox/behaviour"
FAIL_BULK_JOBS = "PUT /_sandbox/bulk-jobs"

RISK = 10
"""A worker that waits for an answer is so many times as likely to be struck as at a step elsewhere."""


@dataclass(frozen=True)
class Failure:
    """A way to fail: an answer with `status`, else none.

    `bare` answers lack the vendor's error body. After a `doubtful` one the call may take effect, now or later.
    """

    status: int | None = None
    bare: bool = False
    doubtful: bool = False
    after_ms: int = QUICK_MS


UNAVAILABLE = Failure(503)
THROTTLED = Failure(429)
UNAUTHORIZED = Failure(401)
TIMED_OUT = Failure(doubtful=True, after_ms=DEADLINE_MS)
UNREACHABLE = Failure()
RESET = Failure(doubtful=True)
LOCKED = Failure(423)
BARE = Failure(503, bare=True, doubtful=True)
GATEWAY = Failure(504, bare=True, doubtful=True)

FAILURES = (UNAVAILABLE, UNAVAILABLE, THROTTLED, UNAUTHORIZED, LOCKED, UNREACHABLE, TIMED_OUT, RESET, BARE, GATEWAY)
FAILURES_OF_ALL = (UNAVAILABLE, THROTTLED, UNAUTHORIZED, TIMED_OUT, UNREACHABLE)
LONGEST_WINDOW_MS = 10 * MINUTE


class SimulatedVendor:
    """A cdphub.http.Transport to a sandbox."""

    def __init__(
        self,
        sandbox: Vendor,
        secrets: ProjectSecrets,
        pk: Callable[[str], str],
        scheduler: Scheduler,
        trouble: Trouble,
        history: History,
        bulk: BulkJobs,
    ) -> None:
        self._sandbox = sandbox
        self._bulk = bulk
        self._headers = {
            "X-App-Id": secrets.application_id,
            "X-App-Token": secrets.secret_key,
            "Content-Type": "application/json",
        }
        self._pk = pk
        self._scheduler = scheduler
        self._trouble = trouble
        self._random = trouble.random
        self._history = history
        self._failing: Failure | None = None

    def checkout(self) -> bool:
        """A call of the shop, with the same limit; false if it got 429."""
        return self._sandbox.handle(Request("POST", "/v1/validations", {}, self._headers, b"{}")).status != 429

    def prepare(self, customer: Mapping[str, Any]) -> None:
        """Makes a customer without the hub."""
        body = json.dumps(customer).encode()
        self._sandbox.handle(Request("POST", "/v1/customers", {}, self._headers, body))

    def profile(self, source_id: str) -> dict[str, Any]:
        """A customer as it is now; nothing if there is none. It costs no call."""
        view = self._sandbox.views()["GET /_sandbox/customers/<source_id>"]
        reply = view(Request("GET", f"/_sandbox/customers/{source_id}"), source_id=source_id)
        profile: dict[str, Any] = reply.json() if reply.status == 200 else {}
        return profile

    def publications(self) -> list[dict[str, Any]]:
        """What was published so far."""
        found: list[dict[str, Any]] = self._sandbox.views()[PUBLICATIONS](Request("GET", "")).json()
        return found

    def behave(self, **behaviour: Any) -> None:
        """Has the vendor behave in one of several documented ways."""
        self._sandbox.views()[BEHAVIOUR](Request("PUT", "", body=json.dumps(behaviour).encode()))

    def fail_all(self, failure: Failure | None) -> None:
        """From now on every call fails so; None ends that."""
        self._failing = failure

    def send(self, request: HttpRequest) -> HttpReply:
        self._trouble.step(self._random.randint(1, QUICK_MS))
        failure = self._draw()
        if failure is UNREACHABLE:
            self._trouble.tell("vendor unreachable")
            raise NoReplyError("ConnectTimeout", written=False)
        call = self._written(request)
        if self._trouble.strikes(RISK * self._trouble.rates.kill):
            self._maybe_take_effect(request, call)
            self._trouble.kill()
            self._trouble.step(0)
        if failure is None:
            return self._answer(request, call)
        return self._fail(request, call, failure)

    def _draw(self) -> Failure | None:
        if self._failing and self._trouble.on:
            return self._failing
        return self._random.choice(FAILURES) if self._trouble.strikes(self._trouble.rates.vendor) else None

    def _written(self, request: HttpRequest) -> Call:
        task = self._scheduler.current
        body = json.loads(request.body or b"{}")
        path = urlsplit(request.url).path
        call = Call(task.name, self._scheduler.now_ms, request.method, path, body)
        call.listed = self._history.rows.get((task.name, self._pk(call.source_id)), "")
        self._history.calls.append(call)
        self._trouble.tell(f"calls {request.method} {path} {(request.body or b'').decode()}")
        return call

    def _answer(self, request: HttpRequest, call: Call) -> HttpReply:
        replies: list[Reply] = []
        self._scheduler.after(
            self._random.randint(1, QUICK_MS), lambda: replies.append(self._take_effect(request, call))
        )
        slow = self._trouble.strikes(self._trouble.rates.slow)
        self._wait(request, self._random.randint(QUICK_MS + 1, SLOW_MS if slow else 2 * QUICK_MS))
        call.doubtful = False
        return self._reply(replies[0])

    def _wait(self, request: HttpRequest, wait_ms: int) -> None:
        """Waits for the answer, as long as the request may."""
        self._trouble.step(min(wait_ms, request.within_ms), RISK)
        if wait_ms > request.within_ms:
            self._trouble.tell("waits no longer")
            raise NoReplyError("ReadTimeout", written=True)

    def _fail(self, request: HttpRequest, call: Call, failure: Failure) -> HttpReply:
        if failure.doubtful:
            self._maybe_take_effect(request, call)
        wait_ms = self._random.randint(1, failure.after_ms) if failure.status else failure.after_ms
        self._wait(request, wait_ms)
        self._trouble.tell(f"answered by {failure}")
        if failure.status is None:
            raise NoReplyError("ConnectionError", written=True)
        if failure.bare:
            return HttpReply(failure.status, {}, b"<html>")
        call.doubtful = False
        headers = {"retry-after": str(self._random.randint(1, 60))} if failure is THROTTLED else {}
        return self._reply(self._sandbox.refuse(_as_sandbox(request), failure.status), headers)

    def _maybe_take_effect(self, request: HttpRequest, call: Call) -> None:
        longest_ms = self._random.choice([None, QUICK_MS, LATEST_MS])
        if longest_ms:
            self._scheduler.after(self._random.randint(1, longest_ms), lambda: self._take_effect(request, call))

    def _take_effect(self, request: HttpRequest, call: Call) -> Reply:
        asked = _as_sandbox(request)
        if call.path == BULK:
            asked = self._bulk.submit(asked, call)
            failing = self._trouble.strikes(self._trouble.rates.vendor)
            self._sandbox.views()[FAIL_BULK_JOBS](Request("PUT", "", body=b'{"failing": %d}' % failing))
        refused = BAD.encode() in asked.body
        reply = self._sandbox.refuse(asked, 400) if refused else self._sandbox.handle(asked)
        self._history.tell(self._scheduler.now_ms, "vendor", f"{reply.status} {asked.path} {asked.body.decode()}")
        was_there = reply.status < 300
        if call.method == "POST" and call.path != BULK and (was_there or call.is_deletion):
            call.landed_ms = self._scheduler.now_ms
            self._history.landed.append(call)
        return reply

    def _reply(self, reply: Reply, headers: dict[str, str] | None = None) -> HttpReply:
        given = {name.lower(): value for name, value in reply.headers.items()}
        return HttpReply(reply.status, given | (headers or {}), reply.body)


def _as_sandbox(request: HttpRequest) -> Request:
    target = urlsplit(request.url)
    query = dict(part.split("=") for part in target.query.split("&") if part)
    headers = {"Host": target.netloc, "X-Forwarded-Proto": target.scheme, **request.headers}
    return Request(request.method, target.path, query, headers, request.body or b"")
