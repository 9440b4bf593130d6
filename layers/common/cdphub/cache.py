"""A small cache over a reader, for records that may be a minute old."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cdphub import clock

Value = TypeVar("Value")

MOST_ENTRIES = 10_000


class Cache(Generic[Value]):
    """Keeps what `read` gives for a key, also None, for `keep_ms` hub milliseconds.

    It forgets everything when it is full, since strangers choose some of the keys.
    """

    def __init__(self, read: Callable[[str], Value], keep_ms: int) -> None:
        self._read = read
        self._keep_ms = keep_ms
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[int, Value]] = {}

    def get(self, key: str, *, not_older_than_ms: int = 0) -> Value:
        """The value of `key`; read again if it is older than hub time `not_older_than_ms`, or than it may be."""
        now = clock.now_ms()
        with self._lock:
            entry = self._entries.get(key)
        if entry is not None and entry[0] > max(not_older_than_ms, now - self._keep_ms):
            return entry[1]
        value = self._read(key)
        self._keep(key, now, value)
        return value

    def put(self, key: str, value: Value) -> None:
        """Replaces the entry of `key`."""
        self._keep(key, clock.now_ms(), value)

    def _keep(self, key: str, read_at: int, value: Value) -> None:
        with self._lock:
            if len(self._entries) >= MOST_ENTRIES:
                self._entries.clear()
            # What a slow reader brings may be older than what is known by now.
            if key not in self._entries or self._entries[key][0] <= read_at:
                self._entries[key] = (read_at, value)
