"""What CloudWatch has of a stack: when webhooks came last, and how long the oldest message of a queue waits."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3

from cdphub.aws import aws_errors, client_config
from cdphub.clock import DAY, MINUTE, SECOND
from cdphub.telemetry import NAMESPACE
from voucherify.seen import METRIC

PERIOD_SECONDS = 300
KNOWN_MS = 14 * DAY
"""For so long CloudWatch lists a metric."""

# SQS tells every minute of a queue that is in use, some minutes late.
_FRESH_MS = 15 * MINUTE
_QUERIES = 500


@aws_errors("CloudWatch")
def last_webhooks(stack: str, now_ms: int) -> dict[tuple[str, str], int]:
    """When the last webhook came, in five minutes, by project and kind; raises AwsError."""
    client, own = boto3.client("cloudwatch", config=client_config()), [{"Name": "service", "Value": stack}]
    pages = client.get_paginator("list_metrics").paginate(Namespace=NAMESPACE, MetricName=METRIC, Dimensions=own)
    metrics = {
        (named["project"], named["kind"]): metric
        for page in pages
        for metric in page["Metrics"]
        if {"project", "kind"} <= (named := {each["Name"]: each["Value"] for each in metric["Dimensions"]}).keys()
    }
    found = _data(client, metrics.values(), "Sum", now_ms - KNOWN_MS, now_ms)
    return {of: max(points) for of, points in zip(metrics, found, strict=True) if points}


@aws_errors("CloudWatch")
def oldest(stack: str, queues: Iterable[str], now_ms: int) -> dict[str, int]:
    """For how many seconds the oldest message of each queue waits, of those that SQS tells of; raises AwsError."""
    names = list(queues)
    metrics = [
        {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [{"Name": "QueueName", "Value": f"{stack}-{name}"}],
        }
        for name in names
    ]
    client = boto3.client("cloudwatch", config=client_config())
    found = _data(client, metrics, "Maximum", now_ms - _FRESH_MS, now_ms)
    return {name: int(points[max(points)]) for name, points in zip(names, found, strict=True) if points}


def _data(
    client: Any, metrics: Iterable[Mapping[str, Any]], stat: str, since_ms: int, now_ms: int
) -> list[dict[int, float]]:
    """Each metric's values, by the milliseconds at which their five minutes begin."""
    queries: list[dict[str, Any]] = [
        {"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": PERIOD_SECONDS, "Stat": stat}}
        for number, metric in enumerate(metrics)
    ]
    points: dict[str, dict[int, float]] = {query["Id"]: {} for query in queries}
    for first in range(0, len(queries), _QUERIES):
        # Times go out in whole seconds: without the minute, the present second would not count.
        asked = {"StartTime": _time(since_ms), "EndTime": _time(now_ms + MINUTE)}
        some = queries[first : first + _QUERIES]
        for page in client.get_paginator("get_metric_data").paginate(MetricDataQueries=some, **asked):
            for result in page["MetricDataResults"]:
                times = (int(time.timestamp() * SECOND) for time in result["Timestamps"])
                points[result["Id"]] |= dict(zip(times, result["Values"], strict=True))
    return list(points.values())


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / SECOND, UTC)
