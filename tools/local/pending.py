"""What the hub has taken and not finished. Dead letters are finished."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tools.local.resources import Clients
from tools.local.stack import Stack
from tools.local.template import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

_MESSAGES: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_WAITING = {
    "outbox": "(sk = :customer AND (attribute_exists(due) OR attribute_exists(lease)))"
    " OR (begins_with(sk, :event) AND st = :wait)",
    "backlog": "begins_with(sk, :held) OR begins_with(sk, :parked)",
}
_VALUES = {
    "outbox": {":customer": {"S": "c"}, ":event": {"S": "e#"}, ":wait": {"S": "wait"}},
    "backlog": {":held": {"S": "held#"}, ":parked": {"S": "parked#"}},
}


class Pending:
    """Counts messages and rows that something still has to look at."""

    def __init__(self, stack: Stack, clients: Clients, urls: Mapping[str, str]) -> None:
        self._clients = clients
        self._urls = [urls[queue.name] for queue in stack.queues if queue.arn not in stack.dead_letter_arns]
        self._tables = {table.name.removeprefix(f"{STACK_NAME}-"): table.name for table in stack.tables}

    def count(self) -> dict[str, int]:
        """`{"queues", "outbox", "backlog"}`.

        Queues are counted again after the tables: work moves both ways, and must not slip past the count.
        """
        before = self._messages()
        rows = {table: self._rows(table) for table in _WAITING}
        return {"queues": max(before, self._messages()), **rows}

    def _messages(self) -> int:
        return sum(self._messages_in(url) for url in self._urls)

    def _messages_in(self, url: str) -> int:
        reply = self._clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_MESSAGES)
        return sum(int(reply["Attributes"][name]) for name in _MESSAGES)

    def _rows(self, table: str) -> int:
        if table not in self._tables:
            return 0
        pages = self._clients.dynamodb.get_paginator("scan").paginate(
            TableName=self._tables[table],
            Select="COUNT",
            FilterExpression=_WAITING[table],
            ExpressionAttributeValues=_VALUES[table],
        )
        return sum(page["Count"] for page in pages)
