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
SIZES = {"segment": (1, 10, LARGEST), "bloomreach": (LARGEST,), "iterable": (LARGEST,), "mparticle": (LARGEST,)}
"""Of the CDPs that drop repeats by themselves, so that the hub claims nothing."""


def measure(quick: bool) -> list[Row]:
    """Segment's batches of all sizes, the others' of 100; `quick` only one."""
    wanted = [(cdp, size) for cdp, sizes in SIZES.items() for size in sizes][: 1 if quick else None]
    with staged() as stage:
        return [_row(stage, cdp, size, quick) for cdp, size in wanted]


def _row(stage: Stage, cdp: str, size: int, quick: bool) -> Row:
    rounds, times = (2, 1) if quick else (11, max(4, 40 // size))
    messages = batch(stage, cdp, size)
    with stage.inside(stage.function(f"{cdp}.deliver.handler")):
        ours = work(messages, cdp)
        before = stage.requests_of(cdp)
        ours()
        if stage.requests_of(cdp) == before:
            raise RuntimeError(f"{cdp}: nothing was sent")
        compared = side_by_side(ours, _floor(messages, stage.aws), rounds=rounds, times=times).shared_by(size)
    return Row(
        f"deliver to {cdp}, batch of {size}",
        "ms of CPU an event",
        compared.spread(),
        compared.beside(FLOOR_NAME),
        budget=BUDGET if size == LARGEST else None,
    )


def batch(stage: Stage, cdp: str, size: int) -> Batch:
    """What the function gets from SQS."""
    return {"Records": list(records(stage.events[f"{cdp}/deliver"]["Records"], size))}


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
