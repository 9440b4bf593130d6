"""Table `state`: small shared records that expire: claims, publications, pauses, the schema cache."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cdphub.store.dynamo import Table, Value


@dataclass(frozen=True)
class Record:
    """A JSON text and its version, by which a writer proves that it saw the newest."""

    text: str
    version: int


class State(Protocol):
    """Times are hub milliseconds; an expired record is as good as absent; `expires_ms` None is for ever.

    `customer` is the outbox's partition key of the person that a record is about, so that erasure finds it.
    """

    def read(self, key: str, now_ms: int) -> Record | None: ...

    def put(self, key: str, text: str, expires_ms: int | None) -> None:
        """Writes whatever was there; the version starts again at 1."""

    def create(self, key: str, text: str, expires_ms: int | None, now_ms: int) -> bool:
        """False if a record is there."""

    def replace(self, key: str, text: str, expires_ms: int | None, version: int, customer: str | None = None) -> bool:
        """False if the record is no longer the one that was read."""

    def delete(self, key: str, version: int) -> bool:
        """False if the record is no longer the one that was read."""

    def list_customer(self, customer: str) -> Iterable[str]:
        """Keys of the records about a customer, from an index, which may lack the newest."""

    def remove(self, key: str) -> None:
        """Deletes the record, whatever its version."""


class DynamoState:
    """`expires_ms` decides; `exp`, the same in seconds, only lets DynamoDB clean up."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, key: str, now_ms: int) -> Record | None:
        item = self._table.get({"pk": key})
        if item is None or int(item.get("expires_ms", now_ms + 1)) <= now_ms:
            return None
        return Record(str(item["text"]), int(item["ver"]))

    def put(self, key: str, text: str, expires_ms: int | None) -> None:
        self._table.put(_item(key, text, expires_ms, 1))

    def create(self, key: str, text: str, expires_ms: int | None, now_ms: int) -> bool:
        condition = "attribute_not_exists(pk) OR expires_ms <= :now"
        return self._table.put_if(_item(key, text, expires_ms, 1), condition, now=now_ms) is True

    def replace(self, key: str, text: str, expires_ms: int | None, version: int, customer: str | None = None) -> bool:
        item = _item(key, text, expires_ms, version + 1) | {"customer": customer}
        return self._table.put_if(item, "ver = :read", read=version) is True

    def delete(self, key: str, version: int) -> bool:
        return self._table.delete_if({"pk": key}, "ver = :read", read=version)

    def list_customer(self, customer: str) -> Iterable[str]:
        found = self._table.query("customer = :customer", index="customer-index", customer=customer)
        return (str(item["pk"]) for item in found)

    def remove(self, key: str) -> None:
        self._table.delete({"pk": key})


def _item(key: str, text: str, expires_ms: int | None, version: int) -> dict[str, Value | None]:
    seconds = None if expires_ms is None else expires_ms // 1000 + 1
    return {"pk": key, "text": text, "ver": version, "expires_ms": expires_ms, "exp": seconds}
