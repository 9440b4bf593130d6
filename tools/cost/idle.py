"""What the stack takes in a month in which nothing happens, by what template.yaml has."""

from collections.abc import Mapping

from tools.cost.data import Counted
from tools.cost.formula import INVOCATION_BYTES, MEMORY_GB, SECONDS, Usage
from tools.local.template import FUNCTION, Resource, Template

POLLERS = 5
"""Lambda's long polls of an idle queue at once; it makes fewer only where MaximumConcurrency is not set.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

POLL_SECONDS = 20
SWEEP_SECONDS = 0.3
METRICS_OF_A_CONNECTION = 8
"""Metrics of one's own that a month without trouble has; each kind of trouble is one more."""

METRICS_OF_A_PROJECT = 2
"""The kinds of its webhooks."""


def idle(template: Template, counted: Mapping[str, Counted], projects: int = 1, connections: int = 1) -> Usage:
    """So many projects, with so many connections in all."""
    sweeps = SECONDS / 60
    return {
        "lambda_requests": sweeps,
        "lambda_gb_seconds": sweeps * MEMORY_GB * SWEEP_SECONDS,
        "sqs_requests": sum(map(_queues, template.resources(FUNCTION))) * POLLERS * SECONDS / POLL_SECONDS,
        "dynamodb_reads": sweeps * projects * counted["sweep"].reads,
        "log_bytes": sweeps * INVOCATION_BYTES,
        "metrics": connections * METRICS_OF_A_CONNECTION + projects * METRICS_OF_A_PROJECT,
        "alarm_metrics": sum(map(_metrics, template.resources("AWS::CloudWatch::Alarm"))),
        "dashboards": len(list(template.resources("AWS::CloudWatch::Dashboard"))),
    }


def _queues(function: Resource) -> int:
    """How many queues invoke a function."""
    return sum(event["Type"] == "SQS" for event in function.properties.get("Events", {}).values())


def _metrics(alarm: Resource) -> int:
    """How many metrics an alarm looks at; a query over all CDPs is taken for one."""
    found = alarm.properties.get("Metrics", [])
    return max(1, sum("MetricStat" in metric for metric in found))
