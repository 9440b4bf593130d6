"""Deliver, warm: CPU of an event by how many come together, HTTP on loopback included."""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import requests

from tools.bench.measuring import Work, side_by_side
from tools.bench.row import Row
from tools.bench.stage import Stage, staged
from tools.bench.starting import Context

Batch = dict[str, list[dict[str, Any]]]

FLOOR_NAME = "json.loads of each message, json.dumps of all, one POST by requests"
BUDGET = 0.10
LARGEST = 100
ORDINARY, LONG = "segment/deliver", "mparticle/deliver"
"""Whose events go out, the same to every CDP: a validation and a publication, or what is told of an order."""

CDPS = ("segment", "bloomreach", "iterable", "mparticle")
"""Those that drop repeats by themselves, so that the hub claims nothing."""


def measure(quick: bool) -> list[Row]:
    """Segment's batches of all sizes, the others' of 100, and of long events; `quick` only one."""
    wanted = [(CDPS[0], size, ORDINARY) for size in (1, 10)]
    wanted += [(cdp, LARGEST, events) for events in (ORDINARY, LONG) for cdp in CDPS]
    with staged() as stage:
        return [_row(stage, cdp, size, events, quick) for cdp, size, events in wanted[: 1 if quick else None]]


def _row(stage: Stage, cdp: str, size: int, events: str, quick: bool) -> Row:
    rounds, times = (2, 1) if quick else (11, max(4, 40 // size))
    messages = batch(stage, cdp, size, events)
    with stage.inside(stage.function(f"{cdp}.deliver.handler")):
        ours = work(messages, cdp)
        before = stage.requests_of(cdp)
        ours()
        if stage.requests_of(cdp) == before:
            raise RuntimeError(f"{cdp}: nothing was sent")
        stage.take_counts()
        compared = side_by_side(ours, _floor(messages, stage.aws), rounds=rounds, times=times).shared_by(size)
        if stage.take_counts()["SendMessageBatch"]:
            raise RuntimeError(f"{cdp}: some of it was to come again")
    return Row(
        f"deliver to {cdp}, batch of {size}{', long events' if events == LONG else ''}",
        "ms of CPU an event",
        compared.spread(),
        compared.beside(FLOOR_NAME),
        budget=BUDGET if (size, events) == (LARGEST, ORDINARY) else None,
        note=f"{sum(len(record['body']) for record in messages['Records']) / size:,.0f} bytes an event",
    )


def batch(stage: Stage, cdp: str, size: int, events: str = ORDINARY) -> Batch:
    """What the function gets from SQS: messages of the CDP's connection, with the events of that example."""
    message = json.loads(stage.events[f"{cdp}/deliver"]["Records"][0]["body"])
    examples = [
        {**record, "body": json.dumps(message | {"event": json.loads(record["body"])["event"]})}
        for record in stage.events[events]["Records"]
    ]
    return {"Records": list(records(examples, size))}


def work(batch: Batch, cdp: str) -> Work:
    """Delivers the batch; to be run where the function may."""
    handler = import_module(f"{cdp}.deliver").handler

    def deliver() -> None:
        if handler(batch, Context())["batchItemFailures"]:
            raise RuntimeError(f"{cdp}: not delivered")

    return deliver


def records(examples: list[dict[str, Any]], number: int, name: str = "") -> Iterator[dict[str, Any]]:
    """So many messages after the examples, each with an event of its own, whose ids have `name` in them."""
    for index in range(number):
        example = examples[index % len(examples)]
        body = json.loads(example["body"])
        body["event"]["key"] += f"-{name}-{index}"
        body["event"]["id"] += f"-{name}-{index}"
        yield {**example, "messageId": f"m-{index}", "body": json.dumps(body, separators=(",", ":"))}


def _floor(batch: Batch, url: str) -> Work:
    session = requests.Session()
    session.trust_env = False

    def post() -> None:
        body = json.dumps({"batch": [json.loads(record["body"]) for record in batch["Records"]]})
        session.post(url + "/v1/batch", data=body, headers={"Content-Type": "application/json"}, timeout=10).close()

    return post
