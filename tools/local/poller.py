"""Lambda's event source mappings: messages go from a queue to a function in batches.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

import logging
import time
from collections.abc import Mapping
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cdphub import clock
from tools.local import triggers
from tools.local.functions import PROCESSES, Invoke
from tools.local.instance import FunctionError
from tools.local.template import ACCOUNT, REGION

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import MessageSystemAttributeNameType
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef

LARGEST_CALL = 10
"""Messages that SQS gives or deletes in one call."""

WAIT_SECONDS = 1
PAUSE_SECONDS = 0.05

log = logging.getLogger(__name__)


class Poller:
    """One mapping: as many threads as invocations may run at once, of which one at a time gathers a batch."""

    def __init__(self, mapping: triggers.Mapping, url: str, sqs: "SQSClient", invoke: Invoke) -> None:
        self._mapping = mapping
        self._url = url
        self._sqs = sqs
        self._invoke = invoke
        self._gathering = Lock()
        self._stopping = Event()

    def start(self) -> None:
        """Polls until `stop`."""
        for _ in range(min(self._mapping.concurrency or PROCESSES, PROCESSES)):
            Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Takes no further message."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._gathering:
                    batch = self._gather()
                if batch:
                    self._process(batch)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.wait(WAIT_SECONDS):
                    log.warning("queue %s: %s", self._mapping.queue, error)

    def _gather(self) -> "list[MessageTypeDef]":
        size = self._mapping.batch_size
        batch = self._receive(size, WAIT_SECONDS)
        closing = time.monotonic() + self._mapping.window
        while batch and len(batch) < size and time.monotonic() < closing:
            more = self._receive(size - len(batch), 0)
            batch += more
            if not more:
                time.sleep(PAUSE_SECONDS)
        return batch

    def _receive(self, most: int, wait: int) -> "list[MessageTypeDef]":
        reply = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(most, LARGEST_CALL),
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return reply.get("Messages", [])

    def _process(self, batch: "list[MessageTypeDef]") -> None:
        try:
            result = self._invoke({"Records": [self._record(message) for message in batch]})
        except FunctionError as error:
            log.warning("%s: %s", self._mapping.function, error)
            return
        failed = failures(result, {message["MessageId"] for message in batch}) if self._mapping.partial else set()
        self._delete([message for message in batch if message["MessageId"] not in failed])

    def _delete(self, done: "list[MessageTypeDef]") -> None:
        for start in range(0, len(done), LARGEST_CALL):
            part = done[start : start + LARGEST_CALL]
            entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
                {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(part)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _record(self, message: "MessageTypeDef") -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message["Attributes"]) | _hub_times(message["Attributes"]),
            "messageAttributes": {
                name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
                for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self._mapping.queue}",
            "awsRegion": REGION,
        }


def _hub_times(attributes: "Mapping[MessageSystemAttributeNameType, str]") -> dict[str, str]:
    """SQS's real times by the hub's clock, which may run faster."""
    real_ms = time.time_ns() // 1_000_000
    ages = {name: real_ms - int(value) for name, value in attributes.items() if name.endswith("Timestamp")}
    return {name: str(clock.now_ms() - int(age / clock.real_seconds(1))) for name, age in ages.items()}


def failures(result: Any, ids: set[str]) -> set[str]:
    """The ids that a function reports as failed; all of them when its report makes no sense."""
    try:
        reported = {item["itemIdentifier"] for item in (result or {}).get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return ids
    return reported if reported <= ids else ids
