"""Requests, replies and vendors without a framework: a stand-in works over HTTP as inside a process."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

Now = Callable[[], int]
"""The time in milliseconds since 1970."""


@dataclass(frozen=True)
class Request:
    """One HTTP request; `path` is as on the wire, percent-encoded and without the query."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    index: int = 0
    """Its number in the record of requests."""

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is not."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """One HTTP reply; its body takes `drip` seconds to arrive, or ends with the connection after its first half."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    drip: float = 0.0
    cut: bool = False

    @classmethod
    def of(cls, status: int, value: Any, headers: Mapping[str, str] | None = None) -> "Reply":
        """A reply with a JSON body."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, body)

    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is not."""
        return json.loads(self.body)


Handler = Callable[..., Reply]
"""Called with the request and, by name, the decoded parts of its path."""


class Core(Protocol):
    """Whatever answers requests."""

    def handle(self, request: Request) -> Reply:
        """Answers one request; raises ConnectionResetError where the connection is to break instead."""
        ...


class Vendor(ABC):
    """A vendor's API, as far as the hub uses it."""

    @abstractmethod
    def handle(self, request: Request) -> Reply:
        """Answers one call, with all its effects."""

    @abstractmethod
    def refuse(self, request: Request, status: int) -> Reply:
        """The vendor's own form of an error, for a fault: the call has no effect."""

    def operation(self, request: Request) -> str:
        """What the `match` of a fault is looked for in."""
        return f"{request.method} {unquote(request.path)}"

    def views(self) -> Mapping[str, Handler]:
        """Routes of its own below `/_sandbox`, such as `{"GET /_sandbox/history": handler}`."""
        return {}


class Routes:
    """Finds the handler of a request: `{"GET /v1/customers/<customer>": handler}`."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        rules = []
        for route, handler in handlers.items():
            method, path = route.split(" ")
            rules.append(Rule(path, methods=[method], endpoint=handler))
        self._map = Map(rules, strict_slashes=False, merge_slashes=False).bind("sandbox")

    def answer(self, request: Request, otherwise: Callable[[int], Reply]) -> Reply:
        """The handler's reply, or that of `otherwise` with the status 404 or 405."""
        try:
            handler, parts = self._map.match(request.path, request.method)
        except HTTPException as missing:
            return otherwise(missing.code or 404)
        reply: Reply = handler(request, **{name: unquote(part) for name, part in parts.items()})
        return reply
