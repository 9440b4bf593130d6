"""Logs and metrics: ids, counts and classes; never a payload, a name or a secret.

Tracer is not used: importing it costs up to 300 ms of cold start even when tracing is off.
"""

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from cdphub.aws import AwsError
from cdphub.secrets import SecretError

NAMESPACE = "VoucherifyCdpHub"

logger = Logger()


def reason(error: Exception) -> str:
    """What a log may say of an exception: the doors word theirs without data, of others only the type is safe."""
    return str(error) if isinstance(error, AwsError | SecretError) else type(error).__name__


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Adds `number` to the metric `name` in its dimensions; nothing for 0."""
    if number:
        with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
            for dimension, value in dimensions.items():
                metric.add_dimension(name=dimension, value=value)
