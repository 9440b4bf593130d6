"""Logs and metrics: ids, counts and classes; never a payload, a name or a secret.

Tracer is not used: importing it costs up to 300 ms of cold start even when tracing is off.
"""

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "VoucherifyCdpHub"

logger = Logger()


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Adds `number` to the metric `name` in its dimensions; nothing for 0."""
    if number:
        with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
            for dimension, value in dimensions.items():
                metric.add_dimension(name=dimension, value=value)
