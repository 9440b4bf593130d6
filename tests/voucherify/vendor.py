"""Voucherify's stand-in as the worker's transport: it fails as told, and its calls and effects can be looked at."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cdphub.http import HttpReply, HttpRequest, NoReplyError
from tests.builders import ADA
from tests.fakes import FakeClock
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.faults import Fault
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.voucherify import Property, Schema, Voucherify

SCHEMA = Schema(
    properties={
        "plan": Property(type="string"),
        "seats": Property(type="number"),
        "segmentGroups": Property(type="string", array=True),
        "brazeAudiences": Property(type="string", array=True),
    }
)


class SandboxTransport:
    """Adds each call to `log`. `late_effects` are what Voucherify still does after its answer."""

    def __init__(self, time: FakeClock, log: list[str], **vendor_settings: Any) -> None:
        self.late_effects: list[Callable[[], None]] = []
        self._log = log
        self._meanwhile: list[tuple[str, Callable[[], object]]] = []
        settings = {"schemas": {"customer": SCHEMA}} | vendor_settings
        vendor = Voucherify({"id": "key", "new-id": "new-key"}, time.now_ms, **settings)
        self._sandbox = Sandbox(vendor, time.now_ms, time.sleep, self.late_effects.append)

    def send(self, request: HttpRequest) -> HttpReply:
        target = urlsplit(request.url)
        query = dict(part.split("=") for part in target.query.split("&") if part)
        headers = {"Host": target.netloc, "X-Forwarded-Proto": target.scheme, **request.headers}
        try:
            reply = self._answer(Request(request.method, target.path, query, headers, request.body or b""))
        except ConnectionResetError:
            self._log.append(f"{request.method} {target.path} lost")
            raise NoReplyError("ConnectionError", written=True) from None
        self._log.append(f"{request.method} {target.path} {reply.status}")
        return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def _answer(self, request: Request) -> Reply:
        if self._meanwhile and request.method == self._meanwhile[-1][0]:
            self._meanwhile.pop()[1]()
        return self._sandbox.handle(request)

    def meanwhile(self, action: Callable[[], object], method: str = "POST") -> None:
        """Has something happen while Voucherify answers the next call that writes, or the next with another method."""
        self._meanwhile.append((method, action))

    def fail(self, status: int = 503, match: str = "POST", count: int | None = None, **fault: Any) -> None:
        """Has Voucherify fail calls."""
        self._sandbox.faults.add(Fault(status=status, match=match, count=count, **fault))

    def heal(self) -> None:
        """Ends all failures."""
        self._sandbox.faults.clear()

    def define(self, kind: str, **schemas: Any) -> None:
        """Replaces Voucherify's `metadata` or `event` schemas."""
        body = json.dumps({name: {"properties": properties} for name, properties in schemas.items()}).encode()
        assert self._sandbox.handle(Request("PUT", f"/_sandbox/{kind}-schemas", {}, {}, body)).status == 204

    def calls(self, method: str = "POST") -> list[str]:
        """Path and status of the calls so far."""
        return [entry.removeprefix(f"{method} ") for entry in self._log if entry.startswith(f"{method} ")]

    def bodies(self) -> list[Any]:
        """The bodies of the calls so far."""
        return [entry["body"] for entry in self._sandbox.requests.shown() if entry["body"]]

    def requests(self) -> list[dict[str, Any]]:
        """The calls so far, as the sandbox recorded them."""
        return self._sandbox.requests.shown()

    def vendor(self, request: Request) -> Reply:
        """Has the sandbox itself do something."""
        return self._sandbox.handle(request)

    def profile(self, source_id: str = ADA) -> Any:
        """The customer as Voucherify has it; None when it has not."""
        reply = self._sandbox.handle(Request("GET", f"/_sandbox/customers/{source_id}"))
        return reply.json() if reply.status == 200 else None

    def events(self) -> list[str]:
        """The names of the custom events that Voucherify has, in order."""
        history = self._sandbox.handle(Request("GET", "/_sandbox/history")).json()
        return [effect["event"] for effect in history if effect["kind"] == "event"]

    def elsewhere(self, **customer: Any) -> None:
        """Somebody else than the hub writes the customer."""
        body = json.dumps({"source_id": ADA} | customer).encode()
        headers = {"X-App-Id": "id", "X-App-Token": "key", "Content-Type": "application/json"}
        assert self._sandbox.vendor.handle(Request("POST", "/v1/customers", {}, headers, body)).status == 200
