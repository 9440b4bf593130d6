"""HTTP as the hub's rules see it: a request, a reply, or none."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cdphub.clock import SECOND

DEADLINE_MS = 10 * SECOND

_SHORTEST_SECRET = 8


@dataclass(frozen=True)
class HttpRequest:
    """What is sent; `url` is absolute. The reply must be complete within so many hub milliseconds."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    within_ms: int = DEADLINE_MS


@dataclass(frozen=True)
class HttpReply:
    """A complete reply; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def without(self, secrets: Iterable[str | None]) -> "HttpReply":
        """The reply with `***` for each of these: a vendor's words are kept, and some repeat what they were told.

        One of fewer than 8 characters stays, since it may be part of other words; no vendor's key is so short.
        """
        body = self.body
        for secret in secrets:
            if secret and len(secret) >= _SHORTEST_SECRET:
                body = body.replace(secret.encode(), b"***")
        return replace(self, body=body)

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one if it is anything else."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


class NoReplyError(Exception):
    """No complete reply came. `written`: the request may have reached the vendor, so it may have taken effect."""

    def __init__(self, reason: str, *, written: bool) -> None:
        super().__init__(reason)
        self.written = written


class Transport(Protocol):
    """Exchanges one request for one reply."""

    def send(self, request: HttpRequest) -> HttpReply:
        """The reply, whatever its status; raises NoReplyError at the latest after `within_ms`."""
