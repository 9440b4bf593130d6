"""Outcomes in a CDP's words (pure)."""

import math
from collections.abc import Mapping
from typing import Any

from cdphub.api import Reply, reply
from cdphub.clock import SECOND
from cdphub.publishing import Publishing
from publications.outcome import Found, Outcome, Published, Refused, error

TRACE = "x-trace-id"


def reply_to(outcome: Outcome, publishing: Publishing, trace_id: str) -> Reply:
    """Voucherify's reply as it is; of a trouble what the CDP understands."""
    if isinstance(outcome, Published | Found):
        return _traced(reply(200, outcome.body), trace_id)
    if isinstance(outcome, Refused):
        return _traced(publishing.refusal(outcome.status, _named(outcome.error, trace_id)), trace_id)
    told = error(publishing.busy, "try_again", "nothing could be had in time; the same call may get it later")
    after = {"retry-after": str(math.ceil(outcome.wait_ms / SECOND))}
    return _traced(reply(publishing.busy, _named(told, trace_id), after), trace_id)


def unauthorized(trace_id: str) -> Reply:
    """The answer to who presents no key, or an unknown or a wrong one."""
    told = error(401, "unauthorized", "unknown application id or wrong secret key")
    return _traced(reply(401, _named(told, trace_id)), trace_id)


def _named(error: Mapping[str, Any], trace_id: str) -> dict[str, Any]:
    """The error with an id of the request, as Voucherify's have one."""
    return {"request_id": trace_id, **error}


def _traced(answer: Reply, trace_id: str) -> Reply:
    return {**answer, "headers": {**answer["headers"], TRACE: trace_id}}
