"""Segment's HTTP Tracking API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/).

It says yes to nearly everything, to unknown write keys too: what it did not take shows only in its debugger, here in
`GET /_sandbox/rejected`. The bodies of its errors are not documented.
"""

import base64
import json
from http.client import responses
from typing import Any

from tools.local.sandbox.cdp import CdpApi, Event, RefusedError, Rules
from tools.local.sandbox.core import Now, Reply, Request

MAX_EVENT_BYTES = 32 * 1024
MAX_BATCH_BYTES = 500 * 1024
MAX_EVENTS = 2_500
MESSAGE_ID_END = 100
KINDS = ("track", "identify", "group", "page", "screen", "alias")


class Sink(CdpApi[Rules]):
    """Every source of every workspace: a `messageId` counts once over all of them."""

    def __init__(self, now_ms: Now) -> None:
        kinds = {f"POST /v1/{kind}": self._single for kind in KINDS}
        super().__init__(now_ms, Rules(), {"POST /v1/batch": self._batch, **kinds})

    def error(self, status: int) -> Reply:
        return _error(status)

    def _batch(self, request: Request) -> Reply:
        body = _parsed(request, MAX_BATCH_BYTES)
        events = body.get("batch")
        if not isinstance(events, list) or any(_size(event) > MAX_EVENT_BYTES for event in events):
            raise RefusedError(_error(400))
        return self._take(request, body, events)

    def _single(self, request: Request) -> Reply:
        body = _parsed(request, MAX_EVENT_BYTES)
        return self._take(request, body, [{**body, "type": request.path.rpartition("/")[2]}])

    def _take(self, request: Request, body: Event, events: list[Any]) -> Reply:
        write_key = _write_key(request, body)
        if not write_key:
            raise RefusedError(_error(401))
        added = {"writeKey": write_key, "receivedAt": self.now_ms()}
        if "sentAt" in body:
            added["sentAt"] = body["sentAt"]
        for event in events:
            reason = f"more than {MAX_EVENTS} events" if len(events) > MAX_EVENTS else _fault_in(event)
            if reason:
                self.reject(reason, event)
            else:
                message_id = event.get("messageId") or f"assigned-{len(self._delivered)}"
                self.deliver(message_id, {**event, **added, "messageId": message_id})
        return Reply.of(200, {"success": True})


def _parsed(request: Request, max_bytes: int) -> Event:
    """The body, a JSON object of at most so many bytes."""
    if len(request.body) > max_bytes or "application/json" not in (request.header("Content-Type") or ""):
        raise RefusedError(_error(400))
    try:
        body = request.json()
    except ValueError as error:
        raise RefusedError(_error(400)) from error
    if not isinstance(body, dict):
        raise RefusedError(_error(400))
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
