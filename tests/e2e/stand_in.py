"""What the stand-ins for the vendors and AWS show, and how they are told to fail."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.e2e.exchange import Reply, exchange


@dataclass(frozen=True)
class StandIn:
    """A vendor, or AWS, under control; `query` chooses a project of Voucherify's."""

    url: str
    query: str = ""

    def shows(self, what: str) -> Any:
        """What `GET /_sandbox/<what>` answers."""
        return self._control("GET", what).json()

    def set(self, what: str, value: Any) -> None:
        """Puts a value to `/_sandbox/<what>`."""
        assert self._control("PUT", what, value).status == 204

    @contextmanager
    def failing(self, *faults: Mapping[str, Any]) -> Iterator[None]:
        """Lets calls fail for the length of a `with` block."""
        assert self._control("POST", "faults", list(faults)).status == 201
        try:
            yield
        finally:
            self._control("DELETE", "faults")

    def failures(self) -> int:
        """How many calls got no good answer so far."""
        return sum(request["status"] != 200 for request in self.shows("requests"))

    def kill(self, function: str) -> int:
        """Kills all processes of a function, in the middle of whatever they do, and tells how many (AWS only)."""
        reply = self._control("POST", "kill", {"function": function})
        assert reply.status == 200
        return int(reply.json()["killed"])

    def _control(self, method: str, what: str, value: Any = None) -> Reply:
        content = b"" if value is None else json.dumps(value).encode()
        return exchange(self.url, method, f"/_sandbox/{what}{self.query}", body=content)
