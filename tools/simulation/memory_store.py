"""The tables of cdphub.store in memory, under the conditions that DynamoDB keeps.

One thread at a time may use them. One behaviour test file holds them and DynamoDB to the same rules.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from cdphub.store import Store
from cdphub.store.backlog import LAST, Row
from cdphub.store.state import Record
from tools.simulation.memory_outbox import MemoryOutbox, Now, check_size, no_lag


def memory_store(now_ms: Now, lag_ms: Callable[[], int] = no_lag) -> Store:
    """Empty tables; what is written is seen in an index `lag_ms` later."""
    return Store(
        MemoryConnections(), MemoryOutbox(now_ms, lag_ms), MemoryBacklog(now_ms, lag_ms), MemoryState(now_ms, lag_ms)
    )


class MemoryConnections:
    """Table `connections`."""

    def __init__(self) -> None:
        self._projects: dict[str, str] = {}
        self._connections: dict[tuple[str, str], str] = {}
        self._keys: dict[tuple[str, str], str] = {}

    def read_project(self, project: str) -> str | None:
        return self._projects.get(project)

    def list_projects(self) -> list[str]:
        return [record for _, record in sorted(self._projects.items())]

    def put_project(self, project: str, record: str) -> None:
        self._projects[project] = record

    def delete_project(self, project: str) -> None:
        self._projects.pop(project, None)

    def read_connection(self, project: str, connection: str) -> str | None:
        return self._connections.get((project, connection))

    def list_connections(self, project: str) -> list[str]:
        return [record for (of, _), record in sorted(self._connections.items()) if of == project]

    def put_connection(self, project: str, connection: str, record: str) -> None:
        self._connections[project, connection] = record

    def delete_connection(self, project: str, connection: str) -> None:
        self._connections.pop((project, connection), None)

    def read_key(self, cdp: str, application_id: str) -> str | None:
        return self._keys.get((cdp, application_id))

    def list_keys(self, cdp: str) -> list[str]:
        return [record for (of, _), record in sorted(self._keys.items()) if of == cdp]

    def put_key(self, cdp: str, application_id: str, record: str) -> None:
        self._keys[cdp, application_id] = record

    def delete_key(self, cdp: str, application_id: str) -> None:
        self._keys.pop((cdp, application_id), None)


class MemoryBacklog:
    """Table `backlog`; the expiry is kept in whole seconds, as DynamoDB's. Its index sees a new row `lag_ms` later."""

    def __init__(self, now_ms: Now, lag_ms: Callable[[], int] = no_lag) -> None:
        self._now_ms = now_ms
        self._lag_ms = lag_ms
        self._rows: dict[tuple[str, str], Row] = {}
        self._seen_ms: dict[tuple[str, str], int] = {}

    def put(self, row: Row) -> None:
        check_size(row.text)
        self._seen_ms[row.connection, row.key] = self._now_ms() + self._lag_ms()
        self._rows[row.connection, row.key] = replace(row, expires_ms=row.expires_ms // 1000 * 1000)

    def list(
        self, connection: str, prefix: str, limit: int | None = None, *, since: str = "", until: str = LAST
    ) -> Iterable[Row]:
        first, last = prefix + since, prefix + until
        keys = sorted(key for of, key in self._rows if of == connection and first <= key <= last)
        return [self._rows[connection, key] for key in keys[:limit]]

    def list_customer(self, customer: str, prefix: str, before: str) -> Iterable[tuple[str, str]]:
        now = self._now_ms()
        return [
            place
            for place, row in self._rows.items()
            if row.customer == customer and prefix <= row.key <= prefix + before and self._seen_ms[place] <= now
        ]

    def delete(self, connection: str, key: str, text: str | None = None) -> None:
        row = self._rows.get((connection, key))
        if row is not None and text in (None, row.text):
            del self._rows[connection, key]

    def rows(self) -> Iterable[Row]:
        """All rows, for whoever judges the outcome."""
        return self._rows.values()


class MemoryState:
    """Table `state`. Its index sees a record `lag_ms` later."""

    def __init__(self, now_ms: Now, lag_ms: Callable[[], int] = no_lag) -> None:
        self._now_ms = now_ms
        self._lag_ms = lag_ms
        self._records: dict[str, tuple[Record, int | None]] = {}
        self._about: dict[str, tuple[str, int]] = {}

    def read(self, key: str, now_ms: int) -> Record | None:
        record, expires_ms = self._records.get(key, (None, None))
        return None if expires_ms is not None and expires_ms <= now_ms else record

    def put(self, key: str, text: str, expires_ms: int | None) -> None:
        self._write(key, Record(text, 1), expires_ms)

    def create(self, key: str, text: str, expires_ms: int | None, now_ms: int) -> bool:
        if self.read(key, now_ms) is not None:
            return False
        self.put(key, text, expires_ms)
        return True

    def replace(self, key: str, text: str, expires_ms: int | None, version: int, customer: str | None = None) -> bool:
        if self._version(key) != version:
            return False
        self._write(key, Record(text, version + 1), expires_ms)
        if customer is not None:
            self._about[key] = (customer, self._now_ms() + self._lag_ms())
        return True

    def delete(self, key: str, version: int) -> bool:
        if self._version(key) != version:
            return False
        self.remove(key)
        return True

    def list_customer(self, customer: str) -> Iterable[str]:
        now = self._now_ms()
        return [key for key, (about, seen_ms) in self._about.items() if about == customer and seen_ms <= now]

    def remove(self, key: str) -> None:
        self._records.pop(key, None)
        self._about.pop(key, None)

    def _write(self, key: str, record: Record, expires_ms: int | None) -> None:
        check_size(record.text)
        self._records[key] = (record, expires_ms)
        self._about.pop(key, None)

    def _version(self, key: str) -> int | None:
        return self._records[key][0].version if key in self._records else None
