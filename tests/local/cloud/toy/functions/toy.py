"""Handlers, each with one habit."""

import json
import os
import sys
import threading
import time
from importlib import import_module
from typing import Any

import boto3

sqs = boto3.client("sqs")
dynamodb = boto3.client("dynamodb")
shared = import_module("shared")
beats = 0


METRICS = {"Namespace": "Toy", "Dimensions": [["service"]], "Metrics": [{"Name": "Echoed"}]}


def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    sys.stdout.write(json.dumps({"message": "echo", "query": event["rawQueryString"]}) + "\n")
    counted = {"_aws": {"CloudWatchMetrics": [METRICS]}, "service": "toy", "Echoed": [1]}
    sys.stdout.write(json.dumps(counted, separators=(",", ":")) + "\n")
    body = {
        "event": event,
        "environment": dict(os.environ),
        "layer": shared.MARK,
        "name": context.function_name,
        "left_ms": context.get_remaining_time_in_millis(),
    }
    return {"statusCode": 201, "headers": {"X-Toy": "yes"}, "cookies": ["a=1", "b=2"], "body": json.dumps(body)}


def default(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"route": event["routeKey"], "path": event["rawPath"], "pid": os.getpid()}


def plain(event: dict[str, Any], context: Any) -> str:
    return "no statusCode"


def raises(event: dict[str, Any], context: Any) -> None:
    raise LookupError("on purpose")


def sleeps(event: dict[str, Any], context: Any) -> dict[str, Any]:
    time.sleep(float(event["pathParameters"]["seconds"]))
    return {"pid": os.getpid()}


def counts(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """How often a thread has run since this process started; it goes on after the answer unless it is frozen."""
    if beats == 0:
        threading.Thread(target=_beat, daemon=True).start()
        time.sleep(0.1)
    return {"beats": beats, "pid": os.getpid()}


def _beat() -> None:
    global beats
    while True:
        beats += 1
        time.sleep(0.01)


def hangs(event: dict[str, Any], context: Any) -> None:
    sys.stdout.write(f"{os.getpid()}\n")
    time.sleep(600)


def crashes(event: dict[str, Any], context: Any) -> None:
    os._exit(1)


def sends(event: dict[str, Any], context: Any) -> dict[str, Any]:
    for job in json.loads(event["body"]):
        sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(job), MessageGroupId="toy")
    return {"statusCode": 202}


def works(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Notes each attempt at a job; jobs that begin with "bad" fail, "slow" ones outlast the time-out once."""
    failed = []
    for record in event["Records"]:
        job = json.loads(record["body"])
        attempt = record["attributes"]["ApproximateReceiveCount"]
        _note(f"{job}#{attempt}", batch=str(len(event["Records"])), record=json.dumps(record))
        if job.startswith("bad"):
            failed.append({"itemIdentifier": record["messageId"]})
        if job.startswith("slow") and attempt == "1":
            time.sleep(60)
    return {"batchItemFailures": failed}


def ticks(event: dict[str, Any], context: Any) -> None:
    _note(f"tick#{event['id']}", record=json.dumps(event))


def _note(key: str, **values: str) -> None:
    dynamodb.put_item(
        TableName=os.environ["TABLE"],
        Item={"pk": {"S": key}, **{name: {"S": value} for name, value in values.items()}},
    )
