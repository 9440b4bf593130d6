"""Braze's user data API (https://www.braze.com/docs/api/endpoints/user_data/post_user_track).

It knows one workspace, whose REST API key is set by `PUT /_sandbox/rules`; until then any key will do. A request may
have as many events as on the plans that allow least. The texts of most errors are not documented.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from http.client import responses
from threading import Lock
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.local.sandbox.core import Handler, Now, Reply, Request, Routes, Vendor

SETTINGS = {"instance": "iad-01"}
MAX_BYTES = 4_000_000
MAX_EVENTS = 50
MAX_PROPERTIES_BYTES = 50 * 1024
MAX_TEXT = 255
IDENTIFIERS = ("external_id", "user_alias", "braze_id", "email", "phone")

Event = dict[str, Any]


class Rules(BaseModel):
    """What the workspace refuses: keys but `rest_api_key`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rest_api_key: str | None = None


class RefusedError(Exception):
    """A call that is refused as a whole, with this status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Sink(Vendor):
    """One workspace. It takes whatever comes again as another event; `duplicates` has those, so that tests see them."""

    def __init__(self, now_ms: Now) -> None:
        self._now_ms = now_ms
        self._lock = Lock()
        self._rules = Rules()
        self._seen: set[str] = set()
        self._delivered: list[Event] = []
        self._rejected: list[dict[str, Any]] = []
        self._duplicates: list[Event] = []
        self._routes = Routes({"POST /users/track": self._track})

    def handle(self, request: Request) -> Reply:
        with self._lock:
            try:
                return self._routes.answer(request, self._error)
            except RefusedError as refusal:
                return self._error(refusal.status, str(refusal))

    def refuse(self, request: Request, status: int) -> Reply:
        return self._error(status)

    def views(self) -> Mapping[str, Handler]:
        return {
            "GET /_sandbox/delivered": lambda request: Reply.of(200, self._delivered),
            "GET /_sandbox/rejected": lambda request: Reply.of(200, self._rejected),
            "GET /_sandbox/duplicates": lambda request: Reply.of(200, self._duplicates),
            "PUT /_sandbox/rules": self._set_rules,
        }

    def _set_rules(self, request: Request) -> Reply:
        try:
            self._rules = Rules.model_validate_json(request.body)
        except ValidationError as error:
            return Reply.of(400, {"error": str(error)})
        return Reply.of(200, self._rules.model_dump())

    def _track(self, request: Request) -> Reply:
        key = self._key(request)
        events = _events(request)
        faults = {index: fault for index, event in enumerate(events) if (fault := _fault_in(event))}
        self._rejected += [{"reason": fault, "event": events[index]} for index, fault in faults.items()]
        if len(faults) == len(events):
            raise RefusedError(400, f"no valid events: {', '.join(faults.values())}")
        for index, event in enumerate(events):
            if index not in faults:
                self._deliver(event, key)
        told: dict[str, Any] = {"message": "success", "events_processed": len(events) - len(faults)}
        if faults:
            told["errors"] = [
                {"type": fault, "input_array": "events", "index": index} for index, fault in faults.items()
            ]
        return Reply.of(201, told)

    def _deliver(self, event: Event, key: str) -> None:
        text = json.dumps(event, sort_keys=True)
        if text in self._seen:
            self._duplicates.append(event)
        self._seen.add(text)
        self._delivered.append({**event, "rest_api_key": key, "received_at": self._now_ms()})

    def _key(self, request: Request) -> str:
        scheme, _, key = (request.header("Authorization") or "").partition(" ")
        if scheme != "Bearer" or not key or key != (self._rules.rest_api_key or key):
            raise RefusedError(401, "Invalid API key")
        return key

    def _error(self, status: int, message: str | None = None) -> Reply:
        reset = str(self._now_ms() // 1000 + 1)
        limited = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset} if status == 429 else {}
        return Reply.of(status, {"message": message or responses.get(status, "Error")}, limited)


def _events(request: Request) -> list[Any]:
    if len(request.body) > MAX_BYTES:
        raise RefusedError(413, "Request Entity Too Large")
    if "application/json" not in (request.header("Content-Type") or ""):
        raise RefusedError(400, "not application/json")
    try:
        body = request.json()
    except ValueError as error:
        raise RefusedError(400, "not JSON") from error
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list) or not events:
        raise RefusedError(400, "no events")
    if len(events) > MAX_EVENTS:
        raise RefusedError(400, "Max Input Length Exceeded")
    return events


def _fault_in(event: Any) -> str | None:
    """Why an event is not taken, though others of its request are."""
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
