"""What a bulk job is to carry: customers in the form of the API, as many as fit into one call."""

import json
import threading
from collections.abc import Iterable
from typing import Any

from cdphub.outbox.job import MOST_BYTES


class Basket:
    """Bodies by the customers' partition keys; several threads may fill it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bodies: dict[str, dict[str, Any]] = {}
        self._bytes = len("[]")

    def put(self, pk: str, body: dict[str, Any]) -> bool:
        """Adds a customer; False if it does not fit any more."""
        size = _size(body)
        with self._lock:
            if self._bytes + size > MOST_BYTES:
                return False
            self._bodies[pk] = body
            self._bytes += size
        return True

    def take_out(self, pk: str) -> None:
        """Takes a customer out, if it is there."""
        with self._lock:
            body = self._bodies.pop(pk, None)
            self._bytes -= _size(body) if body else 0

    def customers(self) -> set[str]:
        """The partition keys."""
        return set(self._bodies)

    def bodies(self, customers: Iterable[str]) -> list[dict[str, Any]]:
        """Their bodies, in the order of the keys."""
        return [self._bodies[pk] for pk in customers]


def _size(body: dict[str, Any]) -> int:
    """With the comma, and as the client writes it."""
    return len(json.dumps(body, separators=(",", ":"))) + 1
