"""The figures that template.yaml gives to the functions and queues that are simulated."""

import json
from dataclasses import dataclass
from functools import cache

from tools.local.stack import Stack, read
from tools.local.template import STACK_NAME, Template, overrides
from tools.simulation import ROOT

SECOND = 1_000
ENDLESS = 1_000


@dataclass(frozen=True)
class Consumer:
    """A function with the queue that it works on.

    `most` invocations run at once; a message is `visibility_ms` away when it is received, which happens `receives`
    times.
    """

    timeout_ms: int
    most: int
    batch: int
    queue: str
    visibility_ms: int
    receives: int


def timeout_ms(function: str) -> int:
    """How long an invocation may take; functions are known by their logical ids."""
    return int(_stack().functions[function].timeout * SECOND)


def period_ms(function: str) -> int:
    """The time between two invocations of a scheduled function."""
    return int(next(one.seconds for one in _stack().schedules if one.function == function) * SECOND)


@cache
def consumer(function: str) -> Consumer:
    """A function that a queue invokes."""
    mapping = next(one for one in _stack().mappings if one.function == function)
    queue = next(one for one in _stack().queues if one.name == mapping.queue)
    return Consumer(
        timeout_ms=timeout_ms(function),
        most=mapping.concurrency or ENDLESS,
        batch=mapping.batch_size,
        queue=queue.name.removeprefix(f"{STACK_NAME}-"),
        visibility_ms=int(queue.attributes["VisibilityTimeout"]) * SECOND,
        receives=json.loads(queue.attributes["RedrivePolicy"])["maxReceiveCount"],
    )


def deliver_function(cdp: str) -> str:
    """The function that delivers to a CDP."""
    handler = f"{cdp}.deliver.handler"
    return next(one.logical_id for one in _stack().functions.values() if one.handler == handler)


@cache
def _stack() -> Stack:
    return read(Template(ROOT / "template.yaml", overrides(ROOT / "samconfig.toml")), scale=1)
