"""How many calls of AWS's API a warm instance makes on each path, Lambda's own calls of SQS left out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from cdphub import clock
from cdphub.commands import single
from cdphub.order import place
from cdphub.schema import Customer, UpsertCustomer
from tools.bench.deliver import records
from tools.bench.row import Row, counted
from tools.bench.stage import Stage, staged
from tools.bench.starting import Context

Event = dict[str, Any]
INGEST = ("segment/identify", "mparticle/events", "bloomreach/customers", "braze/audience-add")
WEBHOOK = "voucherify/webhook-customer-redemption-succeeded"


@dataclass(frozen=True)
class Path:
    """What a function is asked; `event` makes the one for each time, of `number` pieces of work."""

    name: str
    function: str
    event: Callable[[int], Event]
    number: int = 1


def measure(_quick: bool) -> list[Row]:
    """In: a request, and updates on their way to Voucherify. Out: a webhook, its fan-out, and batches for a CDP."""
    with staged() as stage:
        return [_row(stage, path) for path in (*_inbound(stage), *_outbound(stage))]


def _row(stage: Stage, path: Path) -> Row:
    """Of the second time: by then what an instance keeps has been read, and the customers are known."""
    with stage.inside(stage.function(f"{path.function}.handler")):
        handler = import_module(path.function).handler
        handler(path.event(0), Context())
        stage.take_counts()
        handler(path.event(1), Context())
        counts = stage.take_counts()
    note = ", ".join(f"{operation} {number}" for operation, number in sorted(counts.items()))
    return counted(f"AWS calls, {path.name}", "calls", counts.total() / path.number, note=note or "none")


def _inbound(stage: Stage) -> Iterator[Path]:
    for name in INGEST:
        yield Path(f"ingest, {name}, a request", f"{name.partition('/')[0]}.ingest", _same(stage.events[name]))
    for number in (1, 10, 100):
        yield Path(f"apply, {number} updates together, a command", "voucherify.apply", _updates(stage, number), number)


def _outbound(stage: Stage) -> Iterator[Path]:
    yield Path("webhook, an event", "voucherify.webhook", _same(stage.events[WEBHOOK]))
    cdps = sum(f"{cdp}/deliver" in stage.events for cdp in stage.cdps)
    yield Path(f"fan-out, an event to {cdps} CDPs", "voucherify.fanout", _webhooks(stage))
    for cdp in stage.cdps:
        for number in (1, 100):
            name = f"deliver to {cdp}, batch of {number}, an event"
            yield Path(name, f"{cdp}.deliver", _deliveries(stage, cdp, number), number)


def _same(event: Event) -> Callable[[int], Event]:
    return lambda _time: event


def _updates(stage: Stage, number: int) -> Callable[[int], Event]:
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


def _webhooks(stage: Stage) -> Callable[[int], Event]:
    """One redemption after the other, since fan-out drops what it has seen."""
    (example,) = stage.events["voucherify/fanout"]["Records"]
    body = json.loads(example["body"])

    def event(time: int) -> Event:
        body["body"]["data"]["redemption"]["id"] = f"r_{time}"
        return {"Records": [{**example, "body": json.dumps(body)}]}

    return event


def _deliveries(stage: Stage, cdp: str, number: int) -> Callable[[int], Event]:
    examples = stage.events[f"{cdp}/deliver"]["Records"]
    return lambda time: {"Records": list(records(examples, number, f"{number}-{time}"))}


def _record(message_id: str, body: str) -> dict[str, Any]:
    return {"messageId": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
