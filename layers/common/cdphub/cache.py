"""A small cache over a reader, for records that may be a minute old."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cdphub import clock

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Keeps what `read` gives for a key, also None, for `keep_ms` hub milliseconds."""

    def __init__(self, read: Callable[[str], Value], keep_ms: int) -> None:
        self._read = read
        self._keep_ms = keep_ms
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[int, Value]] = {}

    def get(self, key: str, *, not_older_than_ms: int = 0) -> Value:
        """The value of `key`, read again when older than it may be."""
        now = clock.now_ms()
        with self._lock:
            read_at, value = self._entries.get(key, (None, None))
        oldest = max(not_older_than_ms, now - self._keep_ms)
        if read_at is not None and read_at > oldest:
            return value  # type: ignore[return-value]  # None only together with read_at None
        fresh = self._read(key)
        with self._lock:
            self._entries[key] = (now, fresh)
        return fresh

    def read_at(self, key: str) -> int | None:
        """When the entry of `key` was read, in hub milliseconds."""
        with self._lock:
            entry = self._entries.get(key)
        return entry[0] if entry else None

    def put(self, key: str, value: Value) -> None:
        """Replaces the entry of `key`."""
        with self._lock:
            self._entries[key] = (clock.now_ms(), value)
