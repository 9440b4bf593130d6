"""What traffic and projects ask of each quota, by its name in docs/quotas.json.

Counted and assumed is what `tools.cost` has. Measured, on one processor of a server (x86), is what stands below as CPU.
"""

from collections.abc import Callable, Mapping
from math import inf

from tools.cost import formula
from tools.cost.data import Counted

Demand = dict[str, float]
"""So much of each quota, in a second of the busy part of a month."""

VCPU = 512 / 1_769
"""A function of 512 MB has this part of a processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

AWS_CALL_MS = 0.46
"""CPU of a call of boto3 to DynamoDB."""

UPDATE_MS = 0.2
"""CPU of the workers' own code for an update, as `make bench` has it."""

CALLS_OF_AN_UPDATE, CALLS_OF_AN_EVENT = 4, 5
"""Calls to DynamoDB that apply makes: reads and writes of the customer's row, and of the event's."""

CALLS_OF_A_SWEEP = 23
"""Calls to DynamoDB for a project for which nothing is due, with one connection."""

SECRETS_KEPT_SECONDS = 300
PROJECTS_KEPT_SECONDS = 60
WORKERS = 30
"""Instances of apply, fan-out and one CDP's deliver, if all are busy; each reads every project's secrets for itself."""

READERS = 2
"""So many of them see an event at most: apply, or fan-out and deliver."""

RECORD_BYTES = 400
READ_UNIT_BYTES = 4_096
LISTS_IN_A_SWEEP = 2
BUSY_SECONDS = formula.SECONDS * formula.BUSY


def traffic(counted: Mapping[str, Counted]) -> dict[str, Callable[[float], Demand]]:
    """What so many events a month ask for, by kind."""
    return {
        "updates, one in a request": lambda n: _updates(n, 1, counted),
        "updates, 1,000 in a request": lambda n: _updates(n, 1_000, counted),
        "custom events": lambda n: _inbound(n, CALLS_OF_AN_EVENT, formula.custom_events(n, counted)),
        "events to one CDP": lambda n: _outbound(n, counted),
    }


def _updates(events: float, per_request: float, counted: Mapping[str, Counted]) -> Demand:
    return _inbound(events, CALLS_OF_AN_UPDATE, formula.updates(events, per_request, counted))


def _inbound(events: float, calls: float, usage: formula.Usage) -> Demand:
    taking = usage["api_requests"] * formula.INGEST_SECONDS
    waiting = usage["lambda_gb_seconds"] / formula.MEMORY_GB - taking
    working = events * (UPDATE_MS + calls * AWS_CALL_MS) / 1_000 / VCPU
    apply = max(waiting, working)
    return _in_a_second(
        route=usage["api_requests"],
        api=usage["api_requests"],
        concurrency=taking + apply,
        apply=apply,
        in_flight=apply * formula.LARGEST_BATCH,
        table_writes=usage["dynamodb_writes"],
        table_reads=usage["dynamodb_reads"],
    )


def _outbound(events: float, counted: Mapping[str, Counted]) -> Demand:
    usage = formula.outbound(events, counted)
    taking, fanning = events * formula.INGEST_SECONDS, events * formula.FANOUT_SECONDS
    delivering = usage["lambda_gb_seconds"] / formula.MEMORY_GB - taking - fanning
    return _in_a_second(
        route=usage["api_requests"],
        api=usage["api_requests"],
        concurrency=taking + fanning + delivering,
        fanout=fanning,
        deliver=delivering,
        in_flight=max(fanning * formula.POLL_MESSAGES, delivering * formula.LARGEST_BATCH),
        table_writes=usage["dynamodb_writes"],
        table_reads=usage["dynamodb_reads"],
    )


def _in_a_second(**in_a_month: float) -> Demand:
    return {name: number / BUSY_SECONDS for name, number in in_a_month.items()}


def projects(number: float, counted: Mapping[str, Counted], events: float = inf) -> Demand:
    """What so many projects with one connection each ask for, with so many events a month among them.

    Without `events`, each has enough for all workers to see all projects all the time.
    """
    listed = number * RECORD_BYTES / READ_UNIT_BYTES * LISTS_IN_A_SWEEP
    read = READERS * events / BUSY_SECONDS
    return {
        "sweep": number * CALLS_OF_A_SWEEP * AWS_CALL_MS / 1_000 / VCPU,
        "parameter_reads": min(read, number * WORKERS / SECRETS_KEPT_SECONDS),
        "parameters": 2 * number,
        "partition_reads": listed + min(read, number * WORKERS / PROJECTS_KEPT_SECONDS),
        "table_reads": number * counted["sweep"].reads / 60,
    }


def both(one: Demand, another: Demand) -> Demand:
    """Two demands at once."""
    return {name: one.get(name, 0) + another.get(name, 0) for name in [*one, *another]}
