"""The queues of a stack of which only the name is known."""

from collections.abc import Sequence
from functools import cached_property

import boto3

from cdphub import commands
from cdphub.aws import aws_errors, client_config
from cdphub.queues import Message, SqsQueues


class StackQueues:
    """A stack's queues. What their URLs begin with holds region and account, so it is asked for at first use."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    @cached_property
    @aws_errors("SQS")
    def _queues(self) -> SqsQueues:
        client = boto3.client("sqs", config=client_config())
        url = client.get_queue_url(QueueName=f"{self._stack}-{commands.QUEUE}")["QueueUrl"]
        return SqsQueues(url.removesuffix(commands.QUEUE))

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        """Stores all messages; raises cdphub.aws.AwsError."""
        self._queues.send(queue, messages)
