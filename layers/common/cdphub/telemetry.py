"""Logs and metrics: ids, counts and classes; never a payload, a name or a secret.

Tracer is not used: importing it costs up to 300 ms of cold start even when tracing is off. Metrics are written here,
since powertools' single_metric takes a tenth of an accepted request's CPU.
"""

import json
import sys
from collections.abc import Mapping

from aws_lambda_powertools import Logger

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.secrets import SecretError

NAMESPACE = "VoucherifyCdpHub"

logger = Logger()


def reason(error: Exception) -> str:
    """What a log may say of an exception: the doors word theirs without data, of others only the type is safe."""
    return str(error) if isinstance(error, AwsError | SecretError) else type(error).__name__


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Adds `number` to the metric `name` in its dimensions and the stack's; nothing for 0."""
    count_all({name: number}, **dimensions)


def count_all(numbers: Mapping[str, int], **dimensions: str) -> None:
    """Adds to several metrics what is not 0.

    A line in the embedded metric format:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    counted = {name: [float(number)] for name, number in numbers.items() if number}
    if counted:
        within = {**dimensions, "service": logger.service}
        metrics = [{"Name": name, "Unit": "Count"} for name in counted]
        directive = {"Namespace": NAMESPACE, "Dimensions": [[*within]], "Metrics": metrics}
        about = {"Timestamp": clock.now_ms(), "CloudWatchMetrics": [directive]}
        sys.stdout.write(json.dumps({"_aws": about, **within, **counted}, separators=(",", ":")) + "\n")
