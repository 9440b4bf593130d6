"""Braze's user data API (https://www.braze.com/docs/api/endpoints/user_data/post_user_track).

It knows one workspace, whose REST API key is set by `PUT /_sandbox/rules`; until then any key will do. A request may
have as many events as on the plans that allow least. The texts of most errors are not documented.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from http.client import responses
from typing import Any

from tools.local.sandbox.cdp import CdpApi, Event, RefusedError, Rules
from tools.local.sandbox.core import Handler, Now, Reply, Request

SETTINGS = {"instance": "iad-01"}
MAX_BYTES = 4_000_000
MAX_EVENTS = 50
MAX_PROPERTIES_BYTES = 50 * 1024
MAX_TEXT = 255
IDENTIFIERS = ("external_id", "user_alias", "braze_id", "email", "phone")


class BrazeRules(Rules):
    """What the workspace refuses: keys but `rest_api_key`, events of customers."""

    rest_api_key: str | None = None
    refused_ids: tuple[str, ...] = ()


class Sink(CdpApi[BrazeRules]):
    """One workspace. It takes whatever comes again as another event; `duplicates` has those, so that tests see them."""

    def __init__(self, now_ms: Now) -> None:
        super().__init__(now_ms, BrazeRules(), {"POST /users/track": self._track})
        self._taken: list[Event] = []

    def error(self, status: int) -> Reply:
        reset = str(self.now_ms() // 1000 + 1)
        limited = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset} if status == 429 else {}
        return Reply.of(status, {"message": responses.get(status, "Error")}, limited)

    def views(self) -> Mapping[str, Handler]:
        return {**super().views(), "GET /_sandbox/delivered": lambda request: Reply.of(200, self._taken)}

    def _track(self, request: Request) -> Reply:
        key = self._key(request)
        events = _events(request)
        faults = {index: fault for index, event in enumerate(events) if (fault := self._refusal(event))}
        for index, fault in faults.items():
            self.reject(fault, events[index])
        if len(faults) == len(events):
            raise _refused(400, f"no valid events: {', '.join(faults.values())}")
        for index, event in enumerate(events):
            if index not in faults:
                self._deliver(event, key)
        told: dict[str, Any] = {"message": "success", "events_processed": len(events) - len(faults)}
        if faults:
            told["errors"] = [
                {"type": fault, "input_array": "events", "index": index} for index, fault in faults.items()
            ]
        return Reply.of(201, told)

    def _refusal(self, event: Any) -> str | None:
        """Why an event is not taken, though others of its request are."""
        fault = _fault_in(event)
        if fault is None and event.get("external_id") in self.rules.refused_ids:
            return "the customer is refused on command"
        return fault

    def _deliver(self, event: Event, key: str) -> None:
        self.deliver(json.dumps(event, sort_keys=True), event)
        self._taken.append({**event, "rest_api_key": key, "received_at": self.now_ms()})

    def _key(self, request: Request) -> str:
        scheme, _, key = (request.header("Authorization") or "").partition(" ")
        if scheme != "Bearer" or not key or key != (self.rules.rest_api_key or key):
            raise _refused(401, "Invalid API key")
        return key


def _refused(status: int, message: str) -> RefusedError:
    return RefusedError(Reply.of(status, {"message": message}))


def _events(request: Request) -> list[Any]:
    if len(request.body) > MAX_BYTES:
        raise _refused(413, "Request Entity Too Large")
    if "application/json" not in (request.header("Content-Type") or ""):
        raise _refused(400, "not application/json")
    try:
        body = request.json()
    except ValueError as error:
        raise _refused(400, "not JSON") from error
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list) or not events:
        raise _refused(400, "no events")
    if len(events) > MAX_EVENTS:
        raise _refused(400, "Max Input Length Exceeded")
    return events


def _fault_in(event: Any) -> str | None:
    """What is wrong about an event."""
    if not isinstance(event, dict):
        return "not an object"
    if not any(event.get(identifier) for identifier in IDENTIFIERS):
        return f"none of {', '.join(IDENTIFIERS)}"
    if not _is_text(event.get("name")):
        return "'name' is required"
    if not _is_time(event.get("time")):
        return "'time' is required, in ISO 8601"
    properties = event.get("properties", {})
    if not isinstance(properties, dict) or _size(properties) > MAX_PROPERTIES_BYTES:
        return f"'properties' are no object of {MAX_PROPERTIES_BYTES} bytes at most"
    return None if _are_properties(properties) else "Invalid 'properties' field"


def _are_properties(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_text(name) and name[0] != "$" and _are_properties(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(_are_properties(inner) for inner in value)
    return value is not None and (not isinstance(value, str) or len(value) <= MAX_TEXT)


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT


def _is_time(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
