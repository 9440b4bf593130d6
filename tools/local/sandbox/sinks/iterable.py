"""Iterable's bulk endpoint for custom events, and its channels (https://api.iterable.com/api/docs).

It says 200 to a batch of which it takes only a part, and then lists customers and event names. What it refuses on
command is set by `PUT /_sandbox/rules`, with the names of those lists: `{"forgottenUserIds": ["ana"],
"disallowedEventNames": [...], "apiKeys": [...]}`. The status for a batch that is too long is not documented.
"""

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from pydantic import RootModel

from cdphub.clock import SECOND
from tools.local.sandbox.cdp import CdpApi, Event, RefusedError
from tools.local.sandbox.core import Now, Reply, Request

MAX_EVENTS = 1_000
MAX_BYTES = 4 * 1024 * 1024
REQUESTS_A_SECOND = 10
USER_ID_LENGTH = 52
ID = re.compile("[A-Za-z0-9-]{1,512}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
CODES = {400: "BadParams", 401: "BadApiKey", 403: "Forbidden", 404: "NotFound", 429: "RateLimitExceeded"}
OPTIONAL = {"email": str, "userId": str, "id": str, "createdAt": int, "dataFields": dict, "createNewFields": bool}


class IterableRules(RootModel[dict[str, list[str]]]):
    """What is refused, by the names of the lists that tell it; `apiKeys` besides."""

    root: dict[str, list[str]] = {}


class Sink(CdpApi[IterableRules]):
    """One project, whose events have ids of their own: an event that comes again with the same id is updated."""

    def __init__(self, now_ms: Now) -> None:
        routes = {"POST /api/events/trackBulk": self._track, "GET /api/channels": self._channels}
        super().__init__(now_ms, IterableRules(), routes)
        self._calls: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=REQUESTS_A_SECOND))

    def error(self, status: int) -> Reply:
        return _error(status)

    def _channels(self, request: Request) -> Reply:
        """What every project has from the beginning."""
        self._key(request)
        return Reply.of(200, {"channels": [{"id": 1, "name": "Marketing Channel", "channelType": "Marketing"}]})

    def _track(self, request: Request) -> Reply:
        key = self._admitted(request)
        added = {"apiKey": key, "receivedAt": self.now_ms()}
        failed: dict[str, list[str]] = defaultdict(list)
        events = _events(request)
        for event in events:
            reason, value = self._fault_in(event)
            if reason:
                failed[reason].append(value)
                self.reject(reason, event)
            else:
                self._deliver({**event, **added})
        return Reply.of(200, _told(len(events), failed))

    def _admitted(self, request: Request) -> str:
        """The key of a request for events that may go on."""
        key = self._key(request)
        calls, now = self._calls[key], self.now_ms()
        if len(calls) == REQUESTS_A_SECOND and now - calls[0] < SECOND:
            raise _refused(429)
        calls.append(now)
        return key

    def _key(self, request: Request) -> str:
        key = request.header("Api-Key") or ""
        if not key or key in self.rules.root.get("apiKeys", ()):
            raise _refused(401)
        return key

    def _fault_in(self, event: Event) -> tuple[str, str]:
        """The list that an event is to be told in and what that list names; nothing if it is taken."""
        name = event["eventName"]
        if name in self.rules.root.get("disallowedEventNames", ()):
            return "disallowedEventNames", name
        kind, value = ("Emails", event["email"]) if event.get("email") else ("UserIds", event["userId"])
        if not (EMAIL.fullmatch(value) if kind == "Emails" else len(value) <= USER_ID_LENGTH):
            return f"invalid{kind}", value
        listed = (name for name, values in self.rules.root.items() if name.endswith(kind) and value in values)
        return next(listed, ""), value

    def _deliver(self, event: Event) -> None:
        event_id = event.setdefault("id", f"assigned-{len(self._delivered)}")
        self.deliver(event_id, event)
        self._delivered[event_id] = event


def _events(request: Request) -> list[Event]:
    """The events of a request, each of the documented form."""
    if len(request.body) > MAX_BYTES:
        raise _refused(413, "BatchTooLarge")
    try:
        body = request.json()
    except ValueError as error:
        raise _refused(400, "BadJsonBody") from error
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list) or not events or not all(map(_is_event, events)):
        raise _refused(400)
    if len(events) > MAX_EVENTS:
        raise _refused(400, "BatchTooLarge")
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


def _refused(status: int, code: str | None = None) -> RefusedError:
    return RefusedError(_error(status, code))


def _error(status: int, code: str | None = None) -> Reply:
    code = code or CODES.get(status, "GenericError")
    return Reply.of(status, {"msg": code, "code": code, "params": None})
