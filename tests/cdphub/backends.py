"""Where the stores and queues can be: in memory, in moto, and in an AWS account."""

import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
import pytest
from moto import mock_aws

from cdphub.queues import Queues, SqsQueues
from cdphub.store import Store, dynamo, dynamo_store
from tests.template.stack import TEMPLATE
from tools.local import resources, stack
from tools.local.template import REGION, STACK_NAME
from tools.simulation.memory_queues import MemoryQueue, MemoryQueues
from tools.simulation.memory_store import memory_store

AWS_STACK = "BEHAVIOUR_STACK"
"""Names a deployed stack; what the tests leave in its tables has keys of its own."""

LAG_MS = 1_000
LAG_SECONDS = 3.0
MOST_RECEIVES = 20
"""As template.yaml has it for the queue `apply`."""


class Backend(Protocol):
    """One place; `name` begins the keys of a test, so that no test meets another's rows."""

    name: str
    store: Store

    def wait_for_index(self) -> None:
        """Until an index shows what was written."""


@dataclass(frozen=True)
class Received:
    """A message as a consumer gets it."""

    body: dict[str, Any]
    receives: int
    receipt: str


class Broker(Protocol):
    """Queues `apply` and `apply-dead` with a consumer."""

    queues: Queues

    def receive(self, queue: str = "apply") -> list[Received]:
        """All messages that are visible."""

    def delete(self, message: Received) -> None:
        """Deletes one message of `apply`."""

    def let_come_again(self, message: Received) -> None:
        """Lets the visibility time-out of a message of `apply` pass."""


class Memory:
    """The simulation's, with an index that is late by `lag_ms`."""

    def __init__(self, lag_ms: int) -> None:
        self.name = "test"
        self._now_ms = 0
        self.store = memory_store(self._now, lambda: lag_ms)
        self._dead = MemoryQueue(self._now)
        self._queue = MemoryQueue(self._now, 30_000, self._dead, MOST_RECEIVES)
        self.queues: Queues = MemoryQueues({"apply": self._queue, "apply-dead": self._dead})

    def _now(self) -> int:
        return self._now_ms

    def wait_for_index(self) -> None:
        self._now_ms += LAG_MS

    def receive(self, queue: str = "apply") -> list[Received]:
        taken = self._dead if queue == "apply-dead" else self._queue
        found = [message for receipt in taken.visible() if (message := taken.receive(receipt))]
        return [Received(json.loads(stored.text), stored.receives, str(receipt)) for receipt, stored in found]

    def delete(self, message: Received) -> None:
        self._queue.delete(int(message.receipt))

    def let_come_again(self, message: Received) -> None:
        self._now_ms += 30_000


class Moto:
    """moto's DynamoDB and SQS with template.yaml's tables and queues; its indexes are never late."""

    def __init__(self) -> None:
        self.name = "test"
        self._sqs = boto3.client("sqs")
        urls = resources.create(stack.read(TEMPLATE, 1), resources.Clients(self._sqs, boto3.client("dynamodb")))
        self._prefix = urls[f"{STACK_NAME}-apply"].removesuffix("apply")
        self.store = dynamo_store(f"{STACK_NAME}-")
        self.queues: Queues = SqsQueues(self._prefix)

    def wait_for_index(self) -> None:
        """It is there already."""

    def receive(self, queue: str = "apply") -> list[Received]:
        found: list[Received] = []
        while messages := self._receive(queue):
            found += messages
        return found

    def _receive(self, queue: str) -> list[Received]:
        reply = self._sqs.receive_message(
            QueueUrl=self._prefix + queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return [
            Received(json.loads(it["Body"]), int(it["Attributes"]["ApproximateReceiveCount"]), it["ReceiptHandle"])
            for it in reply.get("Messages", [])
        ]

    def delete(self, message: Received) -> None:
        self._sqs.delete_message(QueueUrl=self._prefix + "apply", ReceiptHandle=message.receipt)

    def let_come_again(self, message: Received) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self._prefix + "apply", ReceiptHandle=message.receipt, VisibilityTimeout=0
        )


class Aws:
    """A deployed stack's tables; not its queues, which its functions read."""

    def __init__(self, name: str) -> None:
        self.name = f"behaviour-{uuid.uuid4().hex}"
        self.store = dynamo_store(f"{name}-")

    def wait_for_index(self) -> None:
        time.sleep(LAG_SECONDS)


@contextmanager
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moto]:
    """moto in this process, without sockets."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    dynamo._client.cache_clear()
    with mock_aws():
        yield Moto()
    dynamo._client.cache_clear()


def aws() -> Aws:
    """The stack that the environment names; skips the test when it names none."""
    name = os.environ.get(AWS_STACK)
    if not name:
        pytest.skip(f"{AWS_STACK} names no stack to run against")
    return Aws(name)
