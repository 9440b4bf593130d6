"""What Braze's replies mean: https://www.braze.com/docs/api/errors and https://www.braze.com/docs/api/api_limits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from braze.profile import PROFILE
from cdphub import clock
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.http import HttpReply
from cdphub.outbound import outcome
from cdphub.outbound.outcome import DONE, Outcome
from cdphub.outbound.rounds import Item
from cdphub.telemetry import count, logger

_REASON_LENGTH = 300

# What Braze says of a request that it has processed, or, during maintenance, will process.
_TAKEN = ("success", "queued")


def judge(reply: HttpReply, differing: Mapping[int, FailureClass]) -> Outcome:
    """The outcome of a request. An error of Braze's own words means that nothing was processed, whatever its status."""
    whole = outcome.judge(replace(reply, headers=_in_seconds(reply.headers)), differing)
    told = reply.json_object()
    said = told.get("message") or told.get("errors")
    if whole == DONE and said and said not in _TAKEN:
        return Outcome(FailureClass.INVALID, f"{told.get('message')}: {told.get('errors')}"[:_REASON_LENGTH])
    if whole.failure is FailureClass.TRANSIENT and reply.status >= 500 and "message" not in told:
        return replace(whole, failure=FailureClass.IN_DOUBT)
    return whole


def apart(reply: HttpReply, items: Sequence[Item]) -> Mapping[int, Outcome]:
    """The events that Braze refused out of a request, by their places."""
    refused = {}
    unplaced = 0
    for error in reply.json_object().get("errors") or ():
        place = 0 if len(items) == 1 else _place(error)
        if place in range(len(items)):
            refused[place] = Outcome(FailureClass.INVALID, _reason(error))
        else:
            unplaced += 1
    if unplaced:
        # Which events Braze means it does not say, and to send them all again would repeat the others.
        count("RefusedUnplaced", unplaced, cdp=PROFILE.cdp)
        logger.error("errors that name no event", errors=unplaced, trace_ids=[item.delivery.trace_id for item in items])
    return refused


def _place(error: Any) -> Any:
    """The number of the event that an error is about, if it says that."""
    return error.get("index") if isinstance(error, dict) and error.get("input_array") == "events" else None


def _reason(error: Any) -> str:
    return str(error.get("type") if isinstance(error, dict) else error)[:_REASON_LENGTH]


def _in_seconds(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers with all hints on when to come again as seconds from now.

    X-RateLimit-Reset is a time, in UNIX seconds; plans by monthly active users have X-Ratelimit-Retry-After instead.
    """
    waits = {"retry-after": headers["x-ratelimit-retry-after"]} if "x-ratelimit-retry-after" in headers else {}
    reset = headers.get("x-ratelimit-reset", "")
    if reset.isascii() and reset.isdigit():
        waits["x-ratelimit-reset"] = str(max(int(reset) - clock.now_ms() // SECOND, 1))
    return {**headers, **waits}
