"""A Voucherify project whose clock stands still unless it is moved."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.voucherify import Voucherify

KEYS = {"app": "token", "second-app": "second-token"}
AUTH = {"X-App-Id": "app", "X-App-Token": "token", "Content-Type": "application/json", "Host": "sandbox"}


class Bench:
    """Calls the sandbox as the hub does; `now` is in milliseconds since 1970, at the beginning of a minute."""

    def __init__(self, **options: Any) -> None:
        self.now = 1_700_000_040_000
        self.sandbox = Sandbox(Voucherify(KEYS, lambda: self.now, **options), lambda: self.now)

    def call(self, method: str, path: str, value: Any = None, **query: str) -> Reply:
        return self.call_as(AUTH, method, path, value, **query)

    def call_as(self, keys: Mapping[str, str], method: str, path: str, value: Any = None, **query: str) -> Reply:
        body = b"" if value is None else json.dumps(value).encode()
        return self.sandbox.handle(Request(method, path, query, {**AUTH, **keys}, body))

    def ok(self, method: str, path: str, value: Any = None, **query: str) -> Any:
        reply = self.call(method, path, value, **query)
        assert reply.status < 300, reply.body
        return reply.json() if reply.body else None

    def error(self, method: str, path: str, value: Any = None, **query: str) -> tuple[int, str, str]:
        """Status, key and details of a refusal."""
        reply = self.call(method, path, value, **query)
        body = reply.json()
        assert body["code"] == reply.status
        assert body["request_id"].startswith("v-")
        return reply.status, body["key"], body["details"]

    def profile(self, source_id: str) -> Any:
        return self.ok("GET", f"/_sandbox/customers/{source_id}")

    def history(self) -> list[dict[str, Any]]:
        effects: list[dict[str, Any]] = self.ok("GET", "/_sandbox/history")
        return effects


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def bench_with() -> Callable[..., Bench]:
    return Bench
