"""Table `backlog`: dead letters, and messages that wait for a connection. One partition per connection."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cdphub.store.dynamo import Item, Table

DEAD, HELD, PARKED = "dead#", "held#", "parked#"
"""Dead letters; what waits for an operator who has paused the connection; what waits for a probe that succeeds."""

LAST = "\uffff"
"""Comes after whatever follows a prefix."""


@dataclass(frozen=True)
class Row:
    """`text` is JSON; `customer` is the outbox's partition key of the person it is about, so that erasure finds it.

    After DEAD, HELD or PARKED the key goes on with the place (cdphub.order) of what it holds.
    """

    connection: str
    key: str
    text: str
    expires_ms: int
    customer: str | None = None


class Backlog(Protocol):
    """`key` begins with DEAD, HELD or PARKED; writing a row again replaces it."""

    def put(self, row: Row) -> None: ...

    def list(
        self, connection: str, prefix: str, limit: int | None = None, *, since: str = "", until: str = LAST
    ) -> Iterable[Row]:
        """Rows of a connection whose key begins with `prefix`, in the order of their keys.

        What follows the prefix is not before `since`, and not after `until`.
        """

    def list_customer(self, customer: str, prefix: str, before: str) -> Iterable[tuple[str, str]]:
        """Connection and key of the rows about a customer that begin with `prefix`, with places before `before`.

        From an index, which may lack the newest.
        """

    def delete(self, connection: str, key: str, text: str | None = None) -> None:
        """Deletes the row; with `text` only if it is still what the row holds."""


class DynamoBacklog:
    """`exp`, in seconds, is the table's time to live."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, row: Row) -> None:
        self._table.put(
            {
                "pk": row.connection,
                "sk": row.key,
                "text": row.text,
                "exp": row.expires_ms // 1000,
                "customer": row.customer,
            }
        )

    def list(
        self, connection: str, prefix: str, limit: int | None = None, *, since: str = "", until: str = LAST
    ) -> Iterable[Row]:
        condition = "pk = :pk AND sk BETWEEN :first AND :last"
        found = self._table.query(condition, limit=limit, pk=connection, first=prefix + since, last=prefix + until)
        for item in found:
            customer = item.get("customer")
            yield Row(
                connection=connection,
                key=str(item["sk"]),
                text=str(item["text"]),
                expires_ms=int(item["exp"]) * 1000,
                customer=None if customer is None else str(customer),
            )

    def list_customer(self, customer: str, prefix: str, before: str) -> Iterable[tuple[str, str]]:
        condition = "customer = :customer AND sk BETWEEN :first AND :last"
        found = self._table.query(
            condition, index="customer-index", customer=customer, first=prefix, last=prefix + before
        )
        return ((str(item["pk"]), str(item["sk"])) for item in found)

    def delete(self, connection: str, key: str, text: str | None = None) -> None:
        row: Item = {"pk": connection, "sk": key}
        if text is None:
            self._table.delete(row)
        else:
            self._table.delete_if(row, "#text = :text", {"#text": "text"}, text=text)
