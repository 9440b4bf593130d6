"""What each function is asked on the way of a command or an event, one after the other."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cdphub import clock
from cdphub.commands import single
from cdphub.order import place
from cdphub.schema import Customer, UpsertCustomer
from tools.bench.deliver import records
from tools.bench.stage import Stage

Event = dict[str, Any]
Events = Callable[[int], Event]
"""Makes what comes the first time, the second and so on."""


@dataclass(frozen=True)
class Path:
    """What a function is asked; `event` makes the one for each time, of `number` pieces of work."""

    name: str
    function: str
    event: Events
    number: int = 1


def same(event: Event) -> Events:
    """The same each time."""
    return lambda _time: event


def updates(stage: Stage, number: int) -> Events:
    """A message for each customer, who is updated anew each time."""

    def command(time: int, index: int) -> UpsertCustomer:
        customer = Customer.model_validate({"source_id": f"{number}-{index}", "name": f"Name {time}"})
        order = place(clock.now_ms(), f"{time:032x}", index)
        return UpsertCustomer(connection=stage.connections["segment"], order=order, customer=customer)

    def event(time: int) -> Event:
        commands = [command(time, index) for index in range(number)]
        bodies = [json.dumps(single(stage.project, each).body) for each in commands]
        return {"Records": [_record(f"m-{time}-{index}", body) for index, body in enumerate(bodies)]}

    return event


def webhooks(stage: Stage) -> Events:
    """One redemption after the other, since fan-out drops what it has seen."""
    (example,) = stage.events["voucherify/fanout"]["Records"]
    body = json.loads(example["body"])

    def event(time: int) -> Event:
        body["body"]["data"]["redemption"]["id"] = f"r_{time}"
        return {"Records": [{**example, "body": json.dumps(body)}]}

    return event


def deliveries(stage: Stage, cdp: str, number: int) -> Events:
    """A batch for a CDP."""
    examples = stage.events[f"{cdp}/deliver"]["Records"]
    return lambda time: {"Records": list(records(examples, number, f"{number}-{time}"))}


def _record(message_id: str, body: str) -> dict[str, Any]:
    return {"messageId": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
