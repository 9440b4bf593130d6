"""What several threads want read at the same time is read once (G6)."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cdphub import clock

Value = TypeVar("Value")

_LOOK_SECONDS = 0.05


class _Flight(Generic[Value]):
    """A reading on its way; `values` has what it gave, nothing if it raised."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.ended = False


class SingleFlight(Generic[Value]):
    """One thread reads, and all who asked meanwhile get what it got."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, _Flight[Value]] = {}

    def do(self, key: str, read: Callable[[], Value]) -> Value:
        """What `read` gives, here or in the thread that was first; raises what it raises."""
        mine: _Flight[Value] = _Flight()
        with self._lock:
            flight = self._flights.setdefault(key, mine)
        if flight is mine:
            return self._read(key, mine, read)
        while not flight.ended:
            clock.sleep(_LOOK_SECONDS)
        return flight.values[0] if flight.values else self.do(key, read)

    def _read(self, key: str, flight: _Flight[Value], read: Callable[[], Value]) -> Value:
        try:
            value = read()
            flight.values.append(value)
            return value
        finally:
            with self._lock:
                del self._flights[key]
            flight.ended = True
