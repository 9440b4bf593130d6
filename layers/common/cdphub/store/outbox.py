"""Table `outbox`: a partition per customer with its row (sort key `c`) and its event rows (sort key `e#...`).

A bulk job's row (sort key `c`) is a partition of its own.

The rows' meaning is in cdphub.outbox; here are the conditions under which they may be written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cdphub.store.dynamo import Item, Table, Value

WAIT, DONE, DEAD = "wait", "done", "dead"


@dataclass(frozen=True)
class CustomerItem:
    """A customer row: `text` is its JSON; the other attributes are what conditions and the index need.

    `version` is that of the last write, 0 before the first. `due_ms` None means: not in the index. After `expires_ms`
    the row may be deleted; whoever finds it still there compares the time that its text tells.
    """

    text: str
    version: int
    shard: str
    lease: str | None = None
    due_ms: int | None = None
    expires_ms: int | None = None


@dataclass(frozen=True)
class EventItem:
    """An event row: body (JSON) and dedupe record in one; a row that is done or dead has no body."""

    order: str
    status: str
    body: str | None


@dataclass(frozen=True)
class JobItem:
    """A bulk job's row: `text` is its JSON; the other attributes are what conditions and the index need."""

    text: str
    status: str
    shard: str
    due_ms: int


class Outbox(Protocol):
    """Reads are strongly consistent but for `due`."""

    def read_customer(self, pk: str) -> CustomerItem | None: ...

    def write_customer(self, pk: str, item: CustomerItem, lease: str | None = None) -> bool:
        """Writes the row as `item.version + 1`; False if the stored row's version is not `item.version`.

        With `lease` also False if that is not the stored row's.
        """

    def due(self, shard: str, now_ms: int, limit: int) -> Iterable[str]:
        """Partition keys of rows whose due time has come, oldest first, from the index: only a hint."""

    def put_event(
        self, pk: str, key: str, order: str, body: str, now_ms: int, *, revive: bool = False
    ) -> EventItem | None:
        """Stores a waiting event; if an unexpired row is there already, leaves it and gives it back.

        With `revive` a row that is DEAD, and has the same place, is no obstacle.
        """

    def read_event(self, pk: str, key: str) -> EventItem | None: ...

    def end_event(self, pk: str, key: str, status: str, expires_ms: int) -> None:
        """Takes the body off and keeps the row as DONE or DEAD until `expires_ms`; absent stays absent."""

    def list_events(self, pk: str) -> Iterable[tuple[str, EventItem]]:
        """Keys and event rows of a customer, whatever their status."""

    def delete_event(self, pk: str, key: str, last: str) -> None:
        """Deletes the event row, unless its place is after `last`."""

    def create_job(self, pk: str, item: JobItem) -> bool:
        """False if the row is there already."""

    def read_job(self, pk: str) -> JobItem | None: ...

    def change_job(self, pk: str, item: JobItem, expected: str) -> bool:
        """Replaces the row; False if it is not there with the status `expected`."""

    def delete_job(self, pk: str) -> None: ...


class DynamoOutbox:
    """`exp`, in seconds, is the table's time to live."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read_customer(self, pk: str) -> CustomerItem | None:
        item = self._table.get({"pk": pk, "sk": "c"})
        if item is None:
            return None
        lease, due, expires = item.get("lease"), item.get("due"), item.get("exp")
        return CustomerItem(
            text=str(item["text"]),
            version=int(item["ver"]),
            shard=str(item["gs"]),
            lease=None if lease is None else str(lease),
            due_ms=None if due is None else int(due),
            expires_ms=None if expires is None else int(expires) * 1000,
        )

    def write_customer(self, pk: str, item: CustomerItem, lease: str | None = None) -> bool:
        written: dict[str, Value | None] = {
            "pk": pk,
            "sk": "c",
            "text": item.text,
            "ver": item.version + 1,
            "gs": item.shard,
            "lease": item.lease,
            "due": item.due_ms,
            "exp": None if item.expires_ms is None else item.expires_ms // 1000,
        }
        if item.version == 0:
            return self._table.put_if(written, "attribute_not_exists(pk)") is True
        if lease is None:
            return self._table.put_if(written, "ver = :read", read=item.version) is True
        return self._table.put_if(written, "ver = :read AND lease = :me", read=item.version, me=lease) is True

    def due(self, shard: str, now_ms: int, limit: int) -> Iterable[str]:
        found = self._table.query("gs = :gs AND due <= :now", index="due-index", limit=limit, gs=shard, now=now_ms)
        return (str(item["pk"]) for item in found)

    def put_event(
        self, pk: str, key: str, order: str, body: str, now_ms: int, *, revive: bool = False
    ) -> EventItem | None:
        item = {"pk": pk, "sk": f"e#{key}", "ord": order, "st": WAIT, "body": body}
        condition = "attribute_not_exists(pk) OR exp <= :now"
        values: dict[str, Value] = {"now": now_ms // 1000}
        if revive:
            condition += " OR (st = :dead AND ord = :order)"
            values |= {"dead": DEAD, "order": order}
        found = self._table.put_if(item, condition, **values)
        return _event(found) if isinstance(found, dict) else None

    def read_event(self, pk: str, key: str) -> EventItem | None:
        item = self._table.get({"pk": pk, "sk": f"e#{key}"})
        return _event(item) if item else None

    def end_event(self, pk: str, key: str, status: str, expires_ms: int) -> None:
        self._table.update_if(
            {"pk": pk, "sk": f"e#{key}"},
            "SET st = :st, exp = :exp REMOVE body",
            "attribute_exists(pk)",
            st=status,
            exp=expires_ms // 1000,
        )

    def list_events(self, pk: str) -> Iterable[tuple[str, EventItem]]:
        found = self._table.query("pk = :pk AND begins_with(sk, :prefix)", pk=pk, prefix="e#")
        return ((str(item["sk"]).removeprefix("e#"), _event(item)) for item in found)

    def delete_event(self, pk: str, key: str, last: str) -> None:
        self._table.delete_if({"pk": pk, "sk": f"e#{key}"}, "ord <= :last", last=last)

    def create_job(self, pk: str, item: JobItem) -> bool:
        return self._table.put_if(_job_item(pk, item), "attribute_not_exists(pk)") is True

    def read_job(self, pk: str) -> JobItem | None:
        item = self._table.get({"pk": pk, "sk": "c"})
        return JobItem(str(item["text"]), str(item["st"]), str(item["gs"]), int(item["due"])) if item else None

    def change_job(self, pk: str, item: JobItem, expected: str) -> bool:
        return self._table.put_if(_job_item(pk, item), "st = :expected", expected=expected) is True

    def delete_job(self, pk: str) -> None:
        self._table.delete({"pk": pk, "sk": "c"})


def _job_item(pk: str, item: JobItem) -> dict[str, Value | None]:
    return {"pk": pk, "sk": "c", "text": item.text, "st": item.status, "gs": item.shard, "due": item.due_ms}


def _event(item: Item) -> EventItem:
    body = item.get("body")
    return EventItem(str(item["ord"]), str(item["st"]), None if body is None else str(body))
