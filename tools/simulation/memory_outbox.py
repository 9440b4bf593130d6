"""Table `outbox` in memory, with an index that may be read late."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from cdphub.aws import AwsError
from cdphub.store.outbox import DEAD, WAIT, CustomerItem, EventItem, JobItem

Now = Callable[[], int]
"""The time in milliseconds."""

ITEM_BYTES = 400 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""


def no_lag() -> int:
    """For an index that is never late."""
    return 0


class MemoryOutbox:
    """Reads see every write at once, but for `due`, which sees each `lag_ms` later."""

    def __init__(self, now_ms: Now, lag_ms: Callable[[], int] = no_lag) -> None:
        self._now_ms = now_ms
        self._customers: dict[str, CustomerItem] = {}
        self._events: dict[tuple[str, str], tuple[EventItem, int | None]] = {}
        self._jobs: dict[str, JobItem] = {}
        self._index = _LateIndex(now_ms, lag_ms)

    def read_customer(self, pk: str) -> CustomerItem | None:
        return self._customers.get(pk)

    def write_customer(self, pk: str, item: CustomerItem, lease: str | None = None) -> bool:
        stored = self._customers.get(pk)
        if (stored.version if stored else 0) != item.version:
            return False
        if stored and lease is not None and stored.lease != lease:
            return False
        check_size(item.text)
        expires = None if item.expires_ms is None else item.expires_ms // 1000 * 1000
        self._customers[pk] = replace(item, version=item.version + 1, expires_ms=expires)
        self._index.put(pk, item.shard, item.due_ms)
        return True

    def due(self, shard: str, now_ms: int, limit: int) -> Iterable[str]:
        found = sorted((due, pk) for pk, due in self._index.read(shard).items() if due <= now_ms)
        return [pk for _, pk in found[:limit]]

    def put_event(
        self, pk: str, key: str, order: str, body: str, now_ms: int, *, revive: bool = False
    ) -> EventItem | None:
        stored, expires = self._events.get((pk, key), (None, None))
        revived = revive and stored is not None and (stored.status, stored.order) == (DEAD, order)
        if stored and not revived and (expires is None or expires > now_ms // 1000):
            return stored
        check_size(body)
        self._events[pk, key] = (EventItem(order, WAIT, body), None)
        return None

    def read_event(self, pk: str, key: str) -> EventItem | None:
        stored, _ = self._events.get((pk, key), (None, None))
        return stored

    def end_event(self, pk: str, key: str, status: str, expires_ms: int) -> None:
        stored = self.read_event(pk, key)
        if stored:
            self._events[pk, key] = (EventItem(stored.order, status, None), expires_ms // 1000)

    def list_events(self, pk: str) -> Iterable[tuple[str, EventItem]]:
        return [(key, item) for (of, key), (item, _) in self._events.items() if of == pk]

    def delete_event(self, pk: str, key: str, last: str) -> None:
        stored = self.read_event(pk, key)
        if stored and stored.order <= last:
            del self._events[pk, key]

    def create_job(self, pk: str, item: JobItem) -> bool:
        if pk in self._jobs:
            return False
        self._put_job(pk, item)
        return True

    def read_job(self, pk: str) -> JobItem | None:
        return self._jobs.get(pk)

    def change_job(self, pk: str, item: JobItem, expected: str) -> bool:
        if pk not in self._jobs or self._jobs[pk].status != expected:
            return False
        self._put_job(pk, item)
        return True

    def delete_job(self, pk: str) -> None:
        deleted = self._jobs.pop(pk, None)
        if deleted:
            self._index.put(pk, deleted.shard, None)

    def _put_job(self, pk: str, item: JobItem) -> None:
        check_size(item.text)
        self._jobs[pk] = item
        self._index.put(pk, item.shard, item.due_ms)

    def jobs(self) -> Iterator[tuple[str, JobItem]]:
        """All bulk jobs, for whoever judges the outcome."""
        yield from self._jobs.items()

    def customers(self) -> Iterator[tuple[str, CustomerItem]]:
        """All customer rows, for whoever judges the outcome."""
        yield from self._customers.items()

    def events(self) -> Iterator[tuple[str, str, EventItem]]:
        """All event rows as (partition key, event key, item)."""
        yield from ((pk, key, item) for (pk, key), (item, _) in self._events.items())


class _LateIndex:
    """The due times by shard; a write is seen some time later, the writes of one row in their order."""

    def __init__(self, now_ms: Now, lag_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._lag_ms = lag_ms
        self._seen: dict[str, dict[str, int]] = {}
        self._coming: dict[str, list[tuple[int, str, int | None]]] = {}

    def put(self, pk: str, shard: str, due: int | None) -> None:
        coming = self._coming.setdefault(pk, [])
        earliest = coming[-1][0] if coming else 0
        coming.append((max(earliest, self._now_ms() + self._lag_ms()), shard, due))

    def read(self, shard: str) -> dict[str, int]:
        now = self._now_ms()
        for pk, coming in list(self._coming.items()):
            while coming and coming[0][0] <= now:
                self._see(pk, *coming.pop(0)[1:])
            if not coming:
                del self._coming[pk]
        return self._seen.get(shard, {})

    def _see(self, pk: str, shard: str, due: int | None) -> None:
        entries = self._seen.setdefault(shard, {})
        if due is None:
            entries.pop(pk, None)
        else:
            entries[pk] = due


def check_size(text: str) -> None:
    """Refuses an item that is too long even without its names and numbers."""
    if len(text.encode()) > ITEM_BYTES:
        raise AwsError("DynamoDB: ValidationException")
