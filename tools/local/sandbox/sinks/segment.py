"""Segment's HTTP Tracking API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/).

It says yes to nearly everything, to unknown write keys too: what it did not take shows only in its debugger, here in
`GET /_sandbox/rejected`. The bodies of its errors are not documented.
"""

import base64
import json
from collections.abc import Mapping
from http.client import responses
from threading import Lock
from typing import Any

from tools.local.sandbox.core import Handler, Now, Reply, Request, Routes, Vendor

MAX_EVENT_BYTES = 32 * 1024
MAX_BATCH_BYTES = 500 * 1024
MAX_EVENTS = 2_500
MESSAGE_ID_END = 100
KINDS = ("track", "identify", "group", "page", "screen", "alias")

Event = dict[str, Any]


class RefusedError(Exception):
    """A call that is refused as a whole, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Sink(Vendor):
    """Every source of every workspace: a `messageId` counts once over all of them."""

    def __init__(self, now_ms: Now) -> None:
        self._now_ms = now_ms
        self._lock = Lock()
        self._delivered: dict[str, Event] = {}
        self._rejected: list[dict[str, Any]] = []
        self._duplicates: list[Event] = []
        self._routes = Routes(
            {"POST /v1/batch": self._batch, **{f"POST /v1/{kind}": self._single for kind in KINDS}},
        )

    def handle(self, request: Request) -> Reply:
        with self._lock:
            try:
                return self._routes.answer(request, _error)
            except RefusedError as refusal:
                return _error(refusal.status)

    def refuse(self, request: Request, status: int) -> Reply:
        return _error(status)

    def views(self) -> Mapping[str, Handler]:
        return {
            "GET /_sandbox/delivered": lambda request: Reply.of(200, list(self._delivered.values())),
            "GET /_sandbox/rejected": lambda request: Reply.of(200, self._rejected),
            "GET /_sandbox/duplicates": lambda request: Reply.of(200, self._duplicates),
        }

    def _batch(self, request: Request) -> Reply:
        body = _parsed(request, MAX_BATCH_BYTES)
        events = body.get("batch")
        if not isinstance(events, list) or any(_size(event) > MAX_EVENT_BYTES for event in events):
            raise RefusedError(400)
        return self._take(request, body, events)

    def _single(self, request: Request) -> Reply:
        body = _parsed(request, MAX_EVENT_BYTES)
        return self._take(request, body, [{**body, "type": request.path.rpartition("/")[2]}])

    def _take(self, request: Request, body: Event, events: list[Any]) -> Reply:
        write_key = _write_key(request, body)
        if not write_key:
            raise RefusedError(401)
        added = {"writeKey": write_key, "receivedAt": self._now_ms()}
        if "sentAt" in body:
            added["sentAt"] = body["sentAt"]
        for event in events:
            reason = f"more than {MAX_EVENTS} events" if len(events) > MAX_EVENTS else _fault_in(event)
            if reason:
                self._rejected.append({"reason": reason, "event": event})
            else:
                self._deliver({**event, **added})
        return Reply.of(200, {"success": True})

    def _deliver(self, event: Event) -> None:
        message_id = event.get("messageId") or f"assigned-{len(self._delivered)}"
        if message_id in self._delivered:
            self._duplicates.append(event)
        else:
            self._delivered[message_id] = {**event, "messageId": message_id}


def _parsed(request: Request, max_bytes: int) -> Event:
    """The body, a JSON object of at most so many bytes."""
    if len(request.body) > max_bytes or "application/json" not in (request.header("Content-Type") or ""):
        raise RefusedError(400)
    try:
        body = request.json()
    except ValueError as error:
        raise RefusedError(400) from error
    if not isinstance(body, dict):
        raise RefusedError(400)
    return body


def _write_key(request: Request, body: Event) -> str | None:
    """From `Basic base64(write key + ":")`, else from the body."""
    scheme, _, credentials = (request.header("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return body.get("writeKey")
    try:
        write_key, colon, _ = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return None
    return write_key if colon else None


def _fault_in(event: Any) -> str | None:
    """Why an event is not taken, though the call is answered with 200."""
    if not isinstance(event, dict):
        return "not an object"
    if event.get("type") not in KINDS:
        return "no type"
    if not event.get("userId") and not event.get("anonymousId"):
        return "neither userId nor anonymousId"
    if event["type"] == "track" and not event.get("event"):
        return "no event"
    message_id = event.get("messageId") or ""
    if not isinstance(message_id, str) or len(message_id) >= MESSAGE_ID_END:
        return f"a messageId that is no text of less than {MESSAGE_ID_END} characters"
    return None


def _size(event: Any) -> int:
    return len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())


def _error(status: int) -> Reply:
    wait = {"Retry-After": "1", "X-RateLimit-Reset": "1"} if status == 429 else {}
    return Reply.of(status, {"success": False, "message": responses.get(status, "Error")}, wait)
