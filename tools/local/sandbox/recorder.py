"""The record of requests."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tools.local.sandbox.core import Now, Request


@dataclass
class Entry:
    """One request, when it came and the status it was answered with (none while open, after a reset or half a reply).

    `fault` is the name of the fault that struck it.
    """

    request: Request
    time: int
    status: int | None = None
    fault: str | None = None

    def shown(self) -> dict[str, Any]:
        """The entry as JSON."""
        return {
            "index": self.request.index,
            "time": self.time,
            "method": self.request.method,
            "path": self.request.path,
            "query": dict(self.request.query),
            "headers": dict(self.request.headers),
            "body": _body(self.request),
            "status": self.status,
            "fault": self.fault,
        }


class Recorder:
    """All requests since the last `clear`; their numbers go on over it."""

    def __init__(self, now_ms: Now) -> None:
        self._now_ms = now_ms
        self._numbers = count()
        self._entries: list[Entry] = []

    def begin(self, request: Request) -> Entry:
        """Writes a request down; the entry's request carries its number."""
        entry = Entry(replace(request, index=next(self._numbers)), self._now_ms())
        self._entries.append(entry)
        return entry

    def shown(self) -> list[dict[str, Any]]:
        """The record as JSON, in the order of arrival."""
        return [entry.shown() for entry in list(self._entries)]

    def clear(self) -> None:
        """Forgets all requests."""
        self._entries.clear()


def _body(request: Request) -> Any:
    """A body as JSON, else as text; none when it is empty."""
    if not request.body:
        return None
    try:
        return request.json()
    except ValueError:
        return request.body.decode(errors="replace")
