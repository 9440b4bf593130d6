"""One DynamoDB table with plain values: strings, whole numbers and None for "no such attribute"."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from cdphub.aws import aws_errors, client_config, creating_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Value = str | int
Item = dict[str, Value]
Attributes = Mapping[str, Value | None]

_translated = aws_errors("DynamoDB")


@cache
def _client() -> "DynamoDBClient":
    import boto3

    return boto3.client("dynamodb", config=client_config())


def _shared_client() -> "DynamoDBClient":
    """The one client of this process, also when several threads ask for it first."""
    with creating_client:
        return _client()


def connect() -> None:
    """Makes the client now instead of at its first use."""
    _shared_client()


def _encode(values: Attributes) -> "dict[str, AttributeValueTypeDef]":
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value}
        for name, value in values.items()
        if value is not None
    }


def _decode(item: "dict[str, AttributeValueTypeDef]") -> Item:
    return {name: int(value["N"]) if "N" in value else value["S"] for name, value in item.items()}


class Table:
    """The operations the stores are made of; conditions are DynamoDB expressions over `:name` values.

    All raise cdphub.aws.AwsError.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @_translated
    def get(self, key: Item) -> Item | None:
        """A strongly consistent read."""
        reply = _shared_client().get_item(TableName=self.name, Key=_encode(key), ConsistentRead=True)
        return _decode(reply["Item"]) if "Item" in reply else None

    @_translated
    def put(self, item: Attributes) -> None:
        _shared_client().put_item(TableName=self.name, Item=_encode(item))

    @_translated
    def put_if(self, item: Attributes, condition: str, **values: Value | None) -> "Item | bool | None":
        """True when written; else the item that did not meet the condition, or None if there is none."""
        client = _shared_client()
        try:
            client.put_item(
                TableName=self.name,
                Item=_encode(item),
                ConditionExpression=condition,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_values(values),
            )
        except client.exceptions.ConditionalCheckFailedException as refused:
            # The type stubs do not know that this exception carries the item.
            found: Any = refused.response.get("Item")
            return _decode(found) if found else None
        return True

    @_translated
    def update_if(self, key: Item, update: str, condition: str, **values: Value) -> bool:
        client = _shared_client()
        try:
            client.update_item(
                TableName=self.name,
                Key=_encode(key),
                UpdateExpression=update,
                ConditionExpression=condition,
                **_values(values),
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    @_translated
    def delete(self, key: Item) -> None:
        _shared_client().delete_item(TableName=self.name, Key=_encode(key))

    @_translated
    def delete_if(self, key: Item, condition: str, names: Mapping[str, str] | None = None, /, **values: Value) -> bool:
        """`names` stand for attributes whose own are reserved words."""
        client = _shared_client()
        given: dict[str, Any] = _values(values) | ({"ExpressionAttributeNames": names} if names else {})
        try:
            client.delete_item(TableName=self.name, Key=_encode(key), ConditionExpression=condition, **given)
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def query(
        self, condition: str, *, index: str | None = None, limit: int | None = None, **values: Value
    ) -> Iterator[Item]:
        """Items in the order of the sort key, page by page; strongly consistent but for an index."""
        source: dict[str, Any] = {"IndexName": index} if index else {"ConsistentRead": True}
        if limit is not None:
            source["Limit"] = limit
        while True:
            with aws_errors("DynamoDB"):
                reply = _shared_client().query(
                    TableName=self.name, KeyConditionExpression=condition, **_values(values), **source
                )
            for item in reply["Items"]:
                yield _decode(item)
                if limit is not None:
                    limit -= 1
                    if limit == 0:
                        return
            if "LastEvaluatedKey" not in reply:
                return
            source["ExclusiveStartKey"] = reply["LastEvaluatedKey"]


def _values(values: Attributes) -> dict[str, Any]:
    encoded = _encode({f":{name}": value for name, value in values.items()})
    return {"ExpressionAttributeValues": encoded} if encoded else {}
