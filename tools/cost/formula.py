"""What a month takes of each thing that AWS has a price for, and what that comes to.

Counted is what `counted.json` has. Assumed, because no account has been billed yet, is what stands in capitals below.
"""

from collections.abc import Mapping

from tools.cost.data import Counted, Price

Usage = dict[str, float]
"""How many pieces of what a price is for, by the price's name."""

SECONDS = 30 * 24 * 3_600
BUSY = 0.1
"""All of a month's traffic comes in this part of its time."""

MEMORY_GB = 0.5
INGEST_SECONDS = 0.02
FANOUT_SECONDS = 0.02
CALL_SECONDS = 0.2
"""A call to Voucherify or a CDP, and the rows around it."""

CALLS_AT_ONCE = 8
COMMAND_BYTES = 300
SQS_BYTES = 64 * 1024
"""What SQS bills as one request."""

POLL_MESSAGES = 10
LARGEST_BATCH = 100
FEWEST_IN_BULK = 20
ACCESS_LINE_BYTES, FUNCTION_LINE_BYTES, INVOCATION_BYTES = 250, 250, 400
"""A line of the access log, a metric's line, and what Lambda itself writes of an invocation."""


def batch(events: float) -> float:
    """How many of a month's events come within the second for which Lambda gathers them."""
    return min(LARGEST_BATCH, max(1.0, events / (SECONDS * BUSY)))


def updates(events: float, per_request: float, counted: Mapping[str, Counted]) -> Usage:
    """Customers' updates, so many in a request; those that meet in a batch go to Voucherify in bulk."""
    together = batch(events) if per_request == 1 else LARGEST_BATCH
    in_bulk = together >= FEWEST_IN_BULK
    each = _share(counted["100 customers"], 100) if in_bulk else _share(counted["20 updates"], 20)
    seconds = CALL_SECONDS / (together if in_bulk else min(together, CALLS_AT_ONCE))
    return _inbound(events, per_request, together, each, seconds, counted)


def custom_events(events: float, counted: Mapping[str, Counted]) -> Usage:
    """Custom events, one in a request, each with a call of its own."""
    together = batch(events)
    each = _share(counted["20 custom events"], 20)
    return _inbound(events, 1, together, each, CALL_SECONDS / min(together, CALLS_AT_ONCE), counted)


def _inbound(
    events: float, per_request: float, together: float, each: Counted, seconds: float, counted: Mapping[str, Counted]
) -> Usage:
    requests, batches = events / per_request, events / together
    messages = max(requests, events * COMMAND_BYTES / SQS_BYTES)
    return {
        "api_requests": requests,
        "lambda_requests": requests + batches,
        "lambda_gb_seconds": MEMORY_GB * (requests * INGEST_SECONDS + events * seconds),
        "sqs_requests": messages + _received(messages, together * messages / events),
        "sqs_fair": messages,
        "dynamodb_reads": events * each.reads,
        "dynamodb_writes": events * each.writes,
        "log_bytes": _logged(requests, requests + batches, requests * counted["request"].lines + events * each.lines),
    }


def outbound(events: float, counted: Mapping[str, Counted], cdps: float = 1) -> Usage:
    """Voucherify's events, each to so many CDPs, in the largest counted batch that is not larger than theirs."""
    together = batch(events)
    size = max(size for size in (1, 10, 100) if size <= together)
    each = _share(counted[f"delivery of {size}"], size)
    fanned, delivered = events / min(together, POLL_MESSAGES), events * cdps / size
    return {
        "api_requests": events,
        "lambda_requests": events + fanned + delivered,
        "lambda_gb_seconds": MEMORY_GB * (events * (INGEST_SECONDS + FANOUT_SECONDS) + delivered * CALL_SECONDS),
        "sqs_requests": events * (1 + cdps) + _received(events, together) + _received(events * cdps, size),
        "sqs_fair": events * (1 + cdps),
        "dynamodb_reads": events * each.reads,
        "dynamodb_writes": events * each.writes,
        "log_bytes": _logged(events, events + fanned + delivered, events * cdps * each.lines),
    }


def answered(kind: str, times: float, counted: Mapping[str, Counted]) -> Usage:
    """Publications or lookups, whose function has twice the memory."""
    each = counted[kind]
    return {
        "api_requests": times,
        "lambda_requests": times,
        "lambda_gb_seconds": 2 * MEMORY_GB * times * CALL_SECONDS,
        "dynamodb_reads": times * each.reads,
        "dynamodb_writes": times * each.writes,
        "log_bytes": _logged(times, times, times * each.lines),
    }


def dollars(usage: Usage, prices: Mapping[str, Price]) -> dict[str, float]:
    """What it costs, by the price's name."""
    return {name: pieces * prices[name].dollars / prices[name].per for name, pieces in usage.items()}


def _share(counted: Counted, of: float) -> Counted:
    return Counted(counted.reads / of, counted.writes / of, counted.calls / of, counted.lines / of)


def _received(messages: float, together: float) -> float:
    """Lambda takes and deletes at most ten messages at a time."""
    return 2 * messages / max(1, min(together, POLL_MESSAGES))


def _logged(requests: float, invocations: float, lines: float) -> float:
    return requests * ACCESS_LINE_BYTES + invocations * INVOCATION_BYTES + lines * FUNCTION_LINE_BYTES
