"""Voucherify as a simulated worker finds it."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cdphub.connections import ProjectSecrets
from cdphub.http import HttpRequest
from tools.local.sandbox.core import Reply, Request, Vendor
from tools.simulation.bulk_jobs import BAD, BULK, BulkJobs
from tools.simulation.history import Call, History
from tools.simulation.network import Network, as_sandbox
from tools.simulation.scheduler import Scheduler
from tools.simulation.trouble import Trouble

PUBLICATIONS = "GET /_sandbox/publications"
LIMITS = "PUT /_sandbox/limits"
BEHAVIOUR = "PUT /_sandbox/behaviour"
FAIL_BULK_JOBS = "PUT /_sandbox/bulk-jobs"


class SimulatedVendor(Network[Call]):
    """A cdphub.http.Transport to Voucherify's sandbox."""

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
        super().__init__(sandbox, scheduler, trouble)
        self._bulk = bulk
        self._headers = {
            "X-App-Id": secrets.application_id,
            "X-App-Token": secrets.secret_key,
            "Content-Type": "application/json",
        }
        self._pk = pk
        self._history = history

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

    def limit(self, name: str, calls: int, seconds: int) -> None:
        """Sets one of its limits, by the name that its replies tell."""
        body = json.dumps({name: {"calls": calls, "seconds": seconds}}).encode()
        self._sandbox.views()[LIMITS](Request("PUT", "", body=body))

    def behave(self, **behaviour: Any) -> None:
        """Has the vendor behave in one of several documented ways."""
        self._sandbox.views()[BEHAVIOUR](Request("PUT", "", body=json.dumps(behaviour).encode()))

    def _note(self, request: HttpRequest) -> Call:
        task = self._scheduler.current
        body = json.loads(request.body or b"{}")
        path = urlsplit(request.url).path
        call = Call(task.name, self._scheduler.now_ms, request.method, path, body)
        call.listed = self._history.rows.get((task.name, self._pk(call.source_id)), "")
        self._history.calls.append(call)
        self._trouble.tell(f"calls {request.method} {path} {(request.body or b'').decode()}")
        return call

    def _take_effect(self, request: HttpRequest, attempt: Call) -> Reply:
        asked = as_sandbox(request)
        if attempt.path == BULK:
            asked = self._bulk.submit(asked, attempt)
            failing = self._trouble.strikes(self._trouble.rates.vendor)
            if failing:
                self._trouble.inject("bulk job fails")
            self._sandbox.views()[FAIL_BULK_JOBS](Request("PUT", "", body=b'{"failing": %d}' % failing))
        refused = BAD.encode() in asked.body
        reply = self._sandbox.refuse(asked, 400) if refused else self._sandbox.handle(asked)
        self._history.tell(self._scheduler.now_ms, "vendor", f"{reply.status} {asked.path} {asked.body.decode()}")
        was_there = reply.status < 300
        if attempt.method == "POST" and attempt.path != BULK and (was_there or attempt.is_deletion):
            attempt.landed_ms = self._scheduler.now_ms
            self._history.landed.append(attempt)
        return reply

    def _throttling(self) -> dict[str, str]:
        return {"retry-after": str(self._random.randint(1, 60))}
