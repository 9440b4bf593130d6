"""Iterable's bulk endpoint for custom events (https://api.iterable.com/api/docs, POST /api/events/trackBulk).

It says 200 to a batch of which it takes only a part, and then lists customers and event names. What it refuses on
command is set by `PUT /_sandbox/refusals`, with the names of those lists: `{"forgottenUserIds": ["ana"],
"disallowedEventNames": [...], "apiKeys": [...]}`. The status for a batch that is too long is not documented.
"""

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from threading import Lock
from typing import Any

from cdphub.clock import SECOND
from tools.local.sandbox.core import Handler, Now, Reply, Request, Routes, Vendor

MAX_EVENTS = 1_000
MAX_BYTES = 4 * 1024 * 1024
REQUESTS_A_SECOND = 10
USER_ID_LENGTH = 52
ID = re.compile("[A-Za-z0-9-]{1,512}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
CODES = {400: "BadParams", 401: "BadApiKey", 403: "Forbidden", 404: "NotFound", 429: "RateLimitExceeded"}
OPTIONAL = {"email": str, "userId": str, "id": str, "createdAt": int, "dataFields": dict, "createNewFields": bool}

Event = dict[str, Any]


class RefusedError(Exception):
    """A call that is refused as a whole, with this status and, unless it is the status's own, this code."""

    def __init__(self, status: int, code: str | None = None) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


class Sink(Vendor):
    """One project, whose events have ids of their own: an event that comes again with the same id is updated."""

    def __init__(self, now_ms: Now) -> None:
        self._now_ms = now_ms
        self._lock = Lock()
        self._delivered: dict[str, Event] = {}
        self._rejected: list[dict[str, Any]] = []
        self._duplicates: list[Event] = []
        self._refusals: dict[str, list[str]] = {}
        self._calls: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=REQUESTS_A_SECOND))
        self._routes = Routes({"POST /api/events/trackBulk": self._track})

    def handle(self, request: Request) -> Reply:
        with self._lock:
            try:
                return self._routes.answer(request, _error)
            except RefusedError as refusal:
                return _error(refusal.status, refusal.code)

    def refuse(self, request: Request, status: int) -> Reply:
        return _error(status)

    def views(self) -> Mapping[str, Handler]:
        return {
            "GET /_sandbox/delivered": lambda request: Reply.of(200, list(self._delivered.values())),
            "GET /_sandbox/rejected": lambda request: Reply.of(200, self._rejected),
            "GET /_sandbox/duplicates": lambda request: Reply.of(200, self._duplicates),
            "PUT /_sandbox/refusals": self._set_refusals,
        }

    def _set_refusals(self, request: Request) -> Reply:
        self._refusals = request.json()
        return Reply(204)

    def _track(self, request: Request) -> Reply:
        key = self._admitted(request)
        added = {"apiKey": key, "receivedAt": self._now_ms()}
        failed: dict[str, list[str]] = defaultdict(list)
        events = _events(request)
        for event in events:
            reason, value = self._fault_in(event)
            if reason:
                failed[reason].append(value)
                self._rejected.append({"reason": reason, "event": event})
            else:
                self._deliver({**event, **added})
        return Reply.of(200, _told(len(events), failed))

    def _admitted(self, request: Request) -> str:
        """The key of a request that may go on."""
        key = request.header("Api-Key") or ""
        if not key or key in self._refusals.get("apiKeys", ()):
            raise RefusedError(401)
        calls, now = self._calls[key], self._now_ms()
        if len(calls) == REQUESTS_A_SECOND and now - calls[0] < SECOND:
            raise RefusedError(429)
        calls.append(now)
        return key

    def _fault_in(self, event: Event) -> tuple[str, str]:
        """The list that an event is to be told in and what that list names; nothing if it is taken."""
        name = event["eventName"]
        if name in self._refusals.get("disallowedEventNames", ()):
            return "disallowedEventNames", name
        kind, value = ("Emails", event["email"]) if event.get("email") else ("UserIds", event["userId"])
        if not (EMAIL.fullmatch(value) if kind == "Emails" else len(value) <= USER_ID_LENGTH):
            return f"invalid{kind}", value
        listed = (name for name, values in self._refusals.items() if name.endswith(kind) and value in values)
        return next(listed, ""), value

    def _deliver(self, event: Event) -> None:
        event_id = event.setdefault("id", f"assigned-{len(self._delivered)}")
        if event_id in self._delivered:
            self._duplicates.append(event)
        self._delivered[event_id] = event


def _events(request: Request) -> list[Event]:
    """The events of a request, each of the documented form."""
    if len(request.body) > MAX_BYTES:
        raise RefusedError(413, "BatchTooLarge")
    try:
        body = request.json()
    except ValueError as error:
        raise RefusedError(400, "BadJsonBody") from error
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list) or not events or not all(map(_is_event, events)):
        raise RefusedError(400)
    if len(events) > MAX_EVENTS:
        raise RefusedError(400, "BatchTooLarge")
    return events


def _is_event(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("eventName"), str)
        and bool(event["eventName"])
        and bool(event.get("email") or event.get("userId"))
        and all(isinstance(event[name], kind) for name, kind in OPTIONAL.items() if name in event)
        and ("id" not in event or ID.fullmatch(event["id"]) is not None)
    )


def _told(events: int, failed: Mapping[str, list[str]]) -> dict[str, Any]:
    """The reply to a batch: all failures of customers are in one object, and those of form stand at the top as well."""
    customers = {name: values for name, values in failed.items() if name != "disallowedEventNames"}
    fail_count = sum(map(len, failed.values()))
    return {
        "successCount": events - fail_count,
        "failCount": fail_count,
        "createdFields": [],
        "filteredOutFields": [],
        "disallowedEventNames": failed.get("disallowedEventNames", []),
        "invalidEmails": failed.get("invalidEmails", []),
        "invalidUserIds": failed.get("invalidUserIds", []),
        "failedUpdates": customers,
    }


def _error(status: int, code: str | None = None) -> Reply:
    code = code or CODES.get(status, "GenericError")
    return Reply.of(status, {"msg": code, "code": code, "params": None})
