"""Ingest, warm: CPU of a request, beside one send to SQS and the parsing of the body by pydantic."""

import os
from importlib import import_module
from typing import Any

import boto3
from pydantic import BaseModel, TypeAdapter

from bloomreach.models import Customer
from braze.models import Change
from mparticle.models import Batch
from segment.models import CustomerBody, EventBody
from tools.bench.measuring import Work, side_by_side
from tools.bench.row import Row
from tools.bench.stage import Stage, staged

FLOOR_NAME = "pydantic parses the body, boto3 sends a message"
BUDGET = 1.5

BODIES: dict[str, type[BaseModel] | Any] = {
    "segment/identify": CustomerBody,
    "segment/track": EventBody,
    "mparticle/events": Batch,
    "bloomreach/customers": list[Customer],
    "braze/audience-add": Change,
}
"""What each request of `events/` has as its body."""


def measure(quick: bool) -> list[Row]:
    """One request of each CDP, and a custom event; `quick` only the first."""
    rounds, times = (2, 5) if quick else (11, 40)
    with staged() as stage:
        return [_row(stage, name, rounds, times) for name in list(BODIES)[: 1 if quick else None]]


def _row(stage: Stage, name: str, rounds: int, times: int) -> Row:
    cdp, event = name.partition("/")[0], stage.events[name]
    with stage.inside(stage.function(f"{cdp}.ingest.handler")):
        handler = import_module(f"{cdp}.ingest").handler

        def ours() -> None:
            if handler(event, None)["statusCode"] not in (200, 202):
                raise RuntimeError(f"{name} was refused")

        compared = side_by_side(ours, _floor(name, event["body"]), rounds=rounds, times=times)
    return Row(
        f"ingest, {name}",
        "ms of CPU a request",
        compared.spread(),
        compared.beside(FLOOR_NAME),
        budget=BUDGET,
        of_ratio=True,
    )


def _floor(name: str, body: str) -> Work:
    parse, client = TypeAdapter(BODIES[name]).validate_json, boto3.client("sqs")
    queue = f"{os.environ['QUEUE_PREFIX']}apply"

    def work() -> None:
        parse(body.encode())
        client.send_message(QueueUrl=queue, MessageBody=body)

    return work
