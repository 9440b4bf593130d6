"""The only door to SQS.

A message is a JSON object. It is encoded in ASCII, so that SQS's character set (no U+FFFE, no control characters) can
refuse nothing that JSON allows, and its length in bytes is the length of the text.
Limits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from cdphub import clock
from cdphub.aws import AwsError, aws_errors, client_config, creating_client

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH_MESSAGES = 10
BATCH_BYTES = 1024 * 1024
MESSAGE_BYTES = 250_000
LONGEST_DELAY_SECONDS = 900

# json.dumps would make one for every text.
_encoder = json.JSONEncoder(separators=(",", ":"))


class QueueError(AwsError):
    """SQS did not take every message; sending all of them again is safe for whoever handles repeats."""


@dataclass(frozen=True)
class Message:
    """A JSON object on its way, not before `delay_seconds`; `group` names whose share of a fair queue it uses."""

    body: dict[str, Any]
    delay_seconds: float = 0
    group: str | None = None


class Queues(Protocol):
    """Sends messages to the stack's queues."""

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        """Stores all messages; raises QueueError if any of them may not have been stored."""


def encode(body: dict[str, Any]) -> str:
    """The text of a message, ASCII only."""
    return _encoder.encode(body)


def batches(texts: Sequence[str]) -> Iterator[range]:
    """Consecutive index ranges that SendMessageBatch takes in one call: at most 10 messages, at most 1 MiB."""
    start, size = 0, 0
    for index, text in enumerate(texts):
        if index > start and (index - start == BATCH_MESSAGES or size + len(text) > BATCH_BYTES):
            yield range(start, index)
            start, size = index, 0
        size += len(text)
    if start < len(texts):
        yield range(start, len(texts))


class SqsQueues:
    """SQS queues whose URLs begin with `prefix`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    @cached_property
    def _client(self) -> "SQSClient":
        import boto3

        with creating_client:
            return boto3.client("sqs", config=client_config())

    def connect(self) -> None:
        """Makes the client now instead of at its first use."""
        _ = self._client

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        texts = [encode(message.body) for message in messages]
        for part in batches(texts):
            entries = [_entry(index, messages[index], texts[index]) for index in part]
            try:
                with aws_errors("SQS"):
                    reply = self._client.send_message_batch(QueueUrl=self._prefix + queue, Entries=entries)
            except AwsError as error:
                raise QueueError(f"queue {queue}: {error}") from None
            if reply.get("Failed"):
                codes = sorted({failure["Code"] for failure in reply["Failed"]})
                raise QueueError(f"queue {queue} refused {len(reply['Failed'])} messages: {', '.join(codes)}")


def _entry(index: int, message: Message, text: str) -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(index), "MessageBody": text}
    if message.delay_seconds:
        real = math.ceil(clock.real_seconds(message.delay_seconds))
        entry["DelaySeconds"] = min(LONGEST_DELAY_SECONDS, real)
    if message.group:
        entry["MessageGroupId"] = message.group
    return entry
