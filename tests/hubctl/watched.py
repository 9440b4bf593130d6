"""Lines and metrics of a stack, as CloudWatch has them."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3

from cdphub import clock
from cdphub.telemetry import NAMESPACE
from tests.hubctl.conftest import REGION, STACK

GROUP = f"/{STACK}"


def log(function: str, *lines: str | dict[str, Any], age_ms: int = 1000) -> None:
    """Has a function log these lines; the group is there afterwards."""
    logs, stream = boto3.client("logs", REGION), f"2026/03/02/{STACK}-{function}-1X[7]{clock.new_id()}"
    if not logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]:
        logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    texts = [line if isinstance(line, str) else json.dumps({"level": "INFO"} | line) for line in lines]
    at_ms = clock.now_ms() - age_ms
    events = [{"timestamp": at_ms, "message": text} for text in texts]
    logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)


def measure(name: str, value: int, service: str = STACK, **dimensions: str) -> None:
    """Has a metric counted."""
    told = [{"Name": of, "Value": text} for of, text in {**dimensions, "service": service}.items()]
    datum = {"MetricName": name, "Dimensions": told, "Value": value, "Timestamp": datetime.now(UTC)}
    boto3.client("cloudwatch", REGION).put_metric_data(Namespace=NAMESPACE, MetricData=[datum])
