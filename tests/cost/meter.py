"""Counts what the code that runs in Lambda asks of DynamoDB, over moto."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import pytest

from cdphub.store import dynamo
from tests.cost import units
from tests.cost.units import Item

READS = ("GetItem", "Query")


@dataclass
class Meter:
    """Request units since the last `take`."""

    spent: list[tuple[str, float]] = field(default_factory=list)

    def take(self) -> dict[str, float]:
        """The units of reads and writes; begins anew."""
        sums = {"reads": 0.0, "writes": 0.0}
        for kind, number in self.spent:
            sums[kind] += number
        self.spent.clear()
        return sums


class _Tables:
    """moto's tables, looked at without being counted."""

    def __init__(self) -> None:
        self._client = boto3.client("dynamodb")
        self._table = cache(lambda name: self._client.describe_table(TableName=name)["Table"])

    def item(self, params: dict[str, Any]) -> Item:
        """The item that a write is about, as it is now."""
        names = [key["AttributeName"] for key in self._table(params["TableName"])["KeySchema"]]
        given = params.get("Key") or params["Item"]
        found: Any = self._client.get_item(TableName=params["TableName"], Key={name: given[name] for name in names})
        item: Item = found.get("Item", {})
        return item

    def indexes(self, params: dict[str, Any]) -> list[list[str]]:
        """The attributes of each index's key."""
        found = self._table(params["TableName"]).get("GlobalSecondaryIndexes", [])
        return [[key["AttributeName"] for key in index["KeySchema"]] for index in found]


@contextmanager
def metered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meter]:
    """Counts the calls of the hub's own client."""
    meter, tables, client = Meter(), _Tables(), dynamo._client()
    call: Callable[[str, dict[str, Any]], Any] = client._make_api_call  # type: ignore[attr-defined]  # botocore's one door

    def counting(operation: str, params: dict[str, Any]) -> Any:
        if operation in READS:
            reply = call(operation, params)
            items = reply["Items"] if operation == "Query" else [reply.get("Item", {})]
            meter.spent.append(("reads", units.read(items, consistent=params.get("ConsistentRead", False))))
            return reply
        before = tables.item(params)
        try:
            return call(operation, params)
        finally:
            meter.spent.append(("writes", units.write(before, tables.item(params), tables.indexes(params))))

    with monkeypatch.context() as patch:
        patch.setattr(client, "_make_api_call", counting)
        yield meter
