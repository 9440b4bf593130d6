"""What an answer of Voucherify means (pure).

Error object and statuses: https://docs.voucherify.io/api-reference/errors; limits and their headers:
https://docs.voucherify.io/guides/limits. Two error shapes occur, with `code` and with `statusCode`; `code` may be text,
and wins over the HTTP status, since a documented 400 carries `code: 404`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cdphub.clock import MINUTE, SECOND
from cdphub.failures import FailureClass, classify
from cdphub.http import HttpReply

LONGEST_WAIT_MS = 15 * MINUTE
_USUAL_WAIT_MS = MINUTE
_FEATURE_MISSING = "missing_required_feature"

API_CALLS = "api_calls"
BULK_CALLS = "bulk_api_calls"
CYCLE_CALLS = "api_calls_cycle"
"""Limits, as X-Rate-Limit-Type names them."""


@dataclass(frozen=True)
class Rate:
    """What a reply tells of the limit on API calls: `remaining` of `limit` until `reset_ms` (0: not told)."""

    limit: int
    remaining: int
    reset_ms: int


@dataclass(frozen=True)
class Answer:
    """The outcome of one call; `failure` None means yes.

    `reason` holds status, key and Voucherify's message, but never its details, which may quote the customer.
    `wait_ms` is how long a throttled caller is asked to wait, and `limit` which limit it hit.
    """

    failure: FailureClass | None
    status: int = 0
    reason: str = ""
    wait_ms: int = 0
    body: Any = field(default=None, repr=False)
    rate: Rate | None = None
    limit: str = ""

    @property
    def yes(self) -> bool:
        """Whether the call worked."""
        return self.failure is None


def read(reply: HttpReply, now_ms: int) -> Answer:
    """The meaning of a complete reply."""
    body, rate = _json(reply.body), _rate(reply.headers)
    if 200 <= reply.status < 300:
        return Answer(None, reply.status, body=body, rate=rate)
    error = body if isinstance(body, dict) else {}
    status = _status(error, reply.status)
    failure = _failure(status, error)
    throttled = failure is FailureClass.THROTTLE
    return Answer(
        failure,
        reply.status,
        _reason(reply.status, error),
        _wait_ms(reply.headers, now_ms) if throttled else 0,
        body,
        rate,
        _limit(reply.headers, status) if throttled else "",
    )


def no_reply(reason: str, *, written: bool) -> Answer:
    """No complete reply came: in doubt once the request may have been written."""
    return Answer(FailureClass.IN_DOUBT if written else FailureClass.TRANSIENT, reason=reason)


def _failure(status: int, error: Mapping[str, Any]) -> FailureClass:
    if status == 402 and error.get("key") == _FEATURE_MISSING:
        return FailureClass.CONFIG
    failure = classify(status)
    if failure is FailureClass.TRANSIENT and status >= 500 and not _is_voucherifys(error):
        # Something on the way answered, and the call may still go through.
        return FailureClass.IN_DOUBT
    return failure


def _is_voucherifys(error: Mapping[str, Any]) -> bool:
    """Whether this is an error object in one of the two shapes; a gateway's own has a message at most."""
    return "message" in error and ("code" in error or "statusCode" in error)


def _status(error: Mapping[str, Any], status: int) -> int:
    code = error.get("code", error.get("statusCode"))
    number = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else 0
    return number if 400 <= number < 600 else status


def _reason(status: int, error: Mapping[str, Any]) -> str:
    told = [str(error[name])[:200] for name in ("key", "message") if error.get(name)]
    return " ".join([str(status), *told])


def _wait_ms(headers: Mapping[str, str], now_ms: int) -> int:
    """Retry-After (seconds) or X-Rate-Limit-Retry (epoch seconds), at most 15 minutes: then it is looked at again."""
    after, reset = headers.get("retry-after", ""), headers.get("x-rate-limit-retry", "")
    if after.isdecimal():
        wait = int(after) * SECOND
    elif reset.isdecimal():
        wait = int(reset) * SECOND - now_ms
    else:
        wait = _USUAL_WAIT_MS
    return max(SECOND, min(wait, LONGEST_WAIT_MS))


def _limit(headers: Mapping[str, str], status: int) -> str:
    """Which limit a throttled caller hit; 402 says that the plan is over, which is the cycle's end for the hub."""
    return CYCLE_CALLS if status == 402 else headers.get("x-rate-limit-type", API_CALLS)


def _rate(headers: Mapping[str, str]) -> Rate | None:
    """The limit on API calls, if the headers tell it and not another one."""
    limit, remaining = headers.get("x-rate-limit-limit", ""), headers.get("x-rate-limit-remaining", "")
    if headers.get("x-rate-limit-type", API_CALLS) != API_CALLS or not (limit.isdecimal() and remaining.isdecimal()):
        return None
    reset = headers.get("x-rate-limit-retry", "")
    return Rate(int(limit), int(remaining), int(reset) * SECOND if reset.isdecimal() else 0)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
