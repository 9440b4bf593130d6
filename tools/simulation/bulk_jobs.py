"""The vendor's bulk jobs: how long they take, how they fail, and when each of their rows takes effect."""

import json
from dataclasses import replace

from cdphub.clock import MINUTE, SECOND
from tools.local.sandbox.core import Request
from tools.local.sandbox.voucherify.history import Effect
from tools.local.sandbox.voucherify.history import History as Effects
from tools.simulation.history import Call, History
from tools.simulation.trouble import Trouble

BULK = "/v1/customers/bulk/async"

BAD = "refused"
"""The vendor refuses whatever has this word in it."""

QUICK_MS = 5 * SECOND
SLOW_MS = 10 * MINUTE

_UNFIT = {"email": 5}
"""Makes the sandbox refuse a row."""


class BulkJobs(Effects):
    """Enters the rows of jobs in the history, as calls of their own that land when the job ends."""

    def __init__(self, trouble: Trouble, history: History) -> None:
        super().__init__()
        self._trouble = trouble
        self._history = history
        self._submitted: list[Call] = []
        self._failing: set[int] = set()

    def duration_ms(self, customers: int) -> int:
        """How long a job takes."""
        slow = self._trouble.strikes(self._trouble.rates.vendor)
        return self._trouble.random.randint(1, SLOW_MS if slow else QUICK_MS)

    def submit(self, request: Request, call: Call) -> Request:
        """The call that starts a job, with its number, and with rows that the sandbox refuses for the bad ones."""
        self._submitted.append(call)
        if BAD in json.dumps(call.body):
            self._trouble.inject("bulk job with failed rows")
        rows = [row if BAD not in json.dumps(row) else {"source_id": row["source_id"], **_UNFIT} for row in call.body]
        return replace(request, body=json.dumps(rows).encode(), index=len(self._submitted))

    def add(self, effect: Effect) -> None:
        super().add(effect)
        if effect.request == 0:
            return
        job = self._submitted[effect.request - 1]
        body = {"source_id": effect.source_id, **effect.fields}
        self._history.landed.append(replace(job, body=body, landed_ms=effect.at))
        self._history.tell(effect.at, "vendor", f"job lands {json.dumps(body)}")
