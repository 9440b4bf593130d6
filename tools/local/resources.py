"""Makes a stack's queues and tables through the AWS API.

moto as a target of CloudFormation leaves out what it does not know and reports success.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from tools.local.stack import Stack, Table
from tools.local.template import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "StreamSpecification",
)


@dataclass(frozen=True)
class Clients:
    """The AWS clients of the local cloud itself; safe to share between threads."""

    sqs: "SQSClient"
    dynamodb: "DynamoDBClient"

    @classmethod
    def at(cls, url: str) -> "Clients":
        """Clients of the AWS that is served at `url`."""
        session = boto3.Session("local", "local", region_name=REGION)
        config = Config(max_pool_connections=32, proxies={})
        return cls(
            session.client("sqs", endpoint_url=url, config=config),
            session.client("dynamodb", endpoint_url=url, config=config),
        )


def create(stack: Stack, clients: Clients) -> dict[str, str]:
    """Makes all queues and tables; gives the queues' URLs by name."""
    dead_first = sorted(stack.queues, key=lambda queue: queue.arn not in stack.dead_letter_arns)
    for table in stack.tables:
        _create_table(table, clients.dynamodb)
    return {
        queue.name: clients.sqs.create_queue(QueueName=queue.name, Attributes=queue.attributes)["QueueUrl"]
        for queue in dead_first
    }


def _create_table(table: Table, dynamodb: "DynamoDBClient") -> None:
    properties = {name: table.properties[name] for name in _TABLE_PROPERTIES if name in table.properties}
    dynamodb.create_table(TableName=table.name, **properties)
    if expiry := table.properties.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=table.name, TimeToLiveSpecification=expiry)
