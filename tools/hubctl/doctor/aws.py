"""Queues, alarms and the clock, as AWS tells of them."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Final

import boto3

from cdphub.aws import aws_errors, client_config
from cdphub.clock import SECOND
from tools.hubctl.doctor.finding import Finding

DEAD = "-dead"
NUMBER: Final = "ApproximateNumberOfMessages"
MOST_WAITING = 10_000
"""What the functions take in a minute or so; behind more, something is late."""

MOST_SECONDS = 900
"""Nothing waits in a queue for longer on purpose."""

MOST_SKEW_MS = 60 * SECOND
"""AWS refuses requests five minutes off, and an integration's signed time is looked at as closely."""


@aws_errors("SQS")
def waiting(stack: str) -> dict[str, int]:
    """How many messages wait in each queue of the stack, by its name without the stack's; raises AwsError."""
    sqs = boto3.client("sqs", config=client_config())
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{stack}-")
    urls = [url for page in pages for url in page.get("QueueUrls", [])]
    found = {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[NUMBER])["Attributes"] for url in urls}
    return {url.rpartition("/")[2].removeprefix(f"{stack}-"): int(told[NUMBER]) for url, told in found.items()}


@aws_errors("CloudWatch")
def ringing(stack: str) -> dict[str, str]:
    """The descriptions of the stack's alarms that are in state ALARM, by name; raises AwsError."""
    cloudwatch = boto3.client("cloudwatch", config=client_config())
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{stack}-", StateValue="ALARM")
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    return {alarm["AlarmName"]: alarm.get("AlarmDescription", "") for alarm in alarms}


@aws_errors("SQS")
def aws_now_ms(stack: str) -> int:
    """AWS's time, of the head of a reply; raises AwsError."""
    reply = boto3.client("sqs", config=client_config()).list_queues(QueueNamePrefix=f"{stack}-", MaxResults=1)
    date = reply["ResponseMetadata"]["HTTPHeaders"]["date"]
    return int(parsedate_to_datetime(date).timestamp()) * SECOND


def of_queues(waiting: Mapping[str, int], oldest: Mapping[str, int]) -> Iterator[Finding]:
    """What the numbers of messages say, and for how many seconds the oldest waits, of queues where that is known."""
    if not waiting:
        yield Finding("problem", "queues", "there are none", "look at --stack, --region and --profile")
    for name, number in waiting.items():
        if name.endswith(DEAD):
            if number:
                step = "find the cause, then give them back: docs/runbook.md#dead-letter-queue"
                yield Finding("problem", f"queue {name}", f"{number} messages that SQS has given up", step)
        elif number > MOST_WAITING or oldest.get(name, 0) > MOST_SECONDS:
            what = f"{number} messages wait{_since(oldest.get(name))}"
            yield Finding("warning", f"queue {name}", what, "docs/runbook.md#old-messages")
    if waiting and not any(number for name, number in waiting.items() if name.endswith(DEAD)):
        longest = max((age for name, age in oldest.items() if not name.endswith(DEAD)), default=None)
        yield Finding("ok", "queues", f"{sum(waiting.values())} messages on their way{_since(longest)}, none given up")


def _since(seconds: int | None) -> str:
    return "" if seconds is None else f", the oldest for {seconds} s"


def of_alarms(ringing: Mapping[str, str]) -> Iterator[Finding]:
    """The alarms; their descriptions end with their section of the runbook."""
    for name, description in ringing.items():
        what, _, section = description.rpartition(" ")
        yield Finding("problem", f"alarm {name}", what, section)
    if not ringing:
        yield Finding("ok", "alarms", "none rings")


def of_clock(here_ms: int, aws_ms: int) -> Finding:
    """Whether this machine and AWS agree on the time."""
    apart = abs(here_ms - aws_ms)
    if apart > MOST_SKEW_MS:
        step = "let this machine take its time from the network"
        return Finding("warning", "clock", f"this machine's is {apart // SECOND} s off AWS's", step)
    return Finding("ok", "clock", "this machine's is AWS's")
