"""Replies of the last minute, in the memory of one instance and nowhere else: they hold personal data (G7)."""

import json
from typing import Any

from cdphub import clock
from cdphub.clock import MINUTE

KEEP_MS = MINUTE
MOST_BYTES = 50_000_000


class Recent:
    """Keeps each reply for a minute, or until newer ones need the room."""

    def __init__(self) -> None:
        self._replies: dict[str, tuple[int, int, dict[str, Any]]] = {}
        self._bytes = 0

    def get(self, key: str) -> dict[str, Any] | None:
        """The reply that was put under this key."""
        self._forget(room_for=0)
        found = self._replies.get(key)
        return found[2] if found else None

    def put(self, key: str, reply: dict[str, Any]) -> None:
        """Keeps a reply under a key that has none."""
        size = len(key) + len(json.dumps(reply))
        self._forget(room_for=size)
        self._replies[key] = clock.now_ms(), size, reply
        self._bytes += size

    def _forget(self, room_for: int) -> None:
        """Drops what is too old, and the oldest of what is too much."""
        oldest = clock.now_ms() - KEEP_MS
        for key, (kept_at, size, _) in list(self._replies.items()):
            if kept_at > oldest and self._bytes + room_for <= MOST_BYTES:
                break
            del self._replies[key]
            self._bytes -= size
