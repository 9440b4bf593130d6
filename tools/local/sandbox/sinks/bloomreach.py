"""Bloomreach's Tracking API (https://documentation.bloomreach.com/engagement/reference/batch-commands-2).

It knows one project. What its API group may not do, and which key it has, is set by `PUT /_sandbox/rules`. The texts of
some errors are not documented: those of commands that are no commands, too long or too many.
"""

import base64
import json
from collections.abc import Mapping
from http.client import responses
from typing import Any

from tools.local.sandbox.cdp import CdpApi, RefusedError, Rules
from tools.local.sandbox.core import Now, Reply, Request

SETTINGS = {"project_token": "4b1e7c52-9d3a-11f0-8c6e-a2b94f0d7e15"}
MAX_COMMANDS = 50
VALUE_BYTES_END = 16 * 1024
COMMAND_BYTES_END = 800 * 1024
MILLISECONDS_BEGIN = 100_000_000_000
"""Such a time in seconds is more than a thousand years away."""

Command = dict[str, Any]


class BloomreachRules(Rules):
    """What the project refuses: keys but `api_key` (`id:secret`), event types without permission, customers."""

    api_key: str | None = None
    refused_event_types: tuple[str, ...] = ()
    refused_ids: tuple[str, ...] = ()


class Sink(CdpApi[BloomreachRules]):
    """One project; a command that is exactly like an earlier one is answered with yes, and dropped."""

    def __init__(self, now_ms: Now) -> None:
        routes = {
            "POST /track/v2/projects/<project>/batch": self._batch,
            "GET /track/v2/projects/<project>/system/time": self._system_time,
        }
        super().__init__(now_ms, BloomreachRules(), routes)

    def error(self, status: int) -> Reply:
        return Reply.of(status, {"success": False, "message": responses.get(status, "Error")})

    def _system_time(self, request: Request, project: str) -> Reply:
        self._authenticate(request, project)
        return Reply.of(200, {"time": self.now_ms() / 1000, "success": True})

    def _batch(self, request: Request, project: str) -> Reply:
        self._authenticate(request, project)
        began = self.now_ms() / 1000
        results = [self._take(command) for command in _commands(request)]
        return Reply.of(200, {"results": results, "start_time": began, "end_time": began, "success": True})

    def _authenticate(self, request: Request, project: str) -> None:
        scheme, _, credentials = (request.header("Authorization") or "").partition(" ")
        try:
            key = base64.b64decode(credentials, validate=True).decode()
        except ValueError:
            key = ""
        api_key_id, _, secret = key.partition(":")
        if scheme.lower() != "basic" or not api_key_id or not secret or self.rules.api_key not in (None, key):
            raise _refused(error="Could not authenticate")
        if project != SETTINGS["project_token"]:
            raise _refused(error="Invalid project id")

    def _take(self, command: Command) -> dict[str, Any]:
        result = {"command_id": command["command_id"]} if "command_id" in command else {}
        reason = _fault_in(command) or self._refusal(command["data"])
        if reason:
            self.reject(reason, command)
            return {**result, "success": False, "errors": [reason]}
        same = json.dumps([command["name"], command["data"]], sort_keys=True)
        self.deliver(same, {**command, "receivedAt": self.now_ms()})
        return {**result, "success": True}

    def _refusal(self, data: Mapping[str, Any]) -> str | None:
        if data.get("event_type") in self.rules.refused_event_types:
            return "Not authorized to add event of specified type"
        if any(value in self.rules.refused_ids for value in data["customer_ids"].values()):
            return "At least one valid id should be specified"
        return None


def _refused(**told: str) -> RefusedError:
    return RefusedError(Reply.of(400, {"success": False, **told}))


def _commands(request: Request) -> list[Command]:
    """The commands of a batch; one that is no object spoils all."""
    try:
        body = request.json()
    except ValueError as error:
        raise _refused(message="Invalid JSON") from error
    commands = body.get("commands") if isinstance(body, dict) else None
    if not isinstance(commands, list) or not commands:
        raise _refused(message="No commands")
    if not all(isinstance(command, dict) for command in commands):
        raise _refused(message="Invalid JSON")
    if len(commands) > MAX_COMMANDS:
        raise _refused(message=f"More than {MAX_COMMANDS} commands")
    return commands


def _fault_in(command: Command) -> str | None:
    """Why a command is not taken, though the call is answered with 200."""
    data = command.get("data")
    if command.get("name") not in ("customers", "customers/events") or not isinstance(data, dict):
        return "Not a command"
    ids, properties = data.get("customer_ids"), data.get("properties")
    if not isinstance(ids, dict) or not ids:
        return "At least one id should be specified."
    if not any(map(_is_id, ids.values())):
        return "At least one valid id should be specified"
    if not isinstance(properties, dict) or not properties:
        return "Properties are missing"
    if command["name"] == "customers/events" and not data.get("event_type"):
        return "Event type is missing"
    if any(_size(value) >= VALUE_BYTES_END for value in properties.values()) or _size(data) >= COMMAND_BYTES_END:
        return "Too long"
    return None if _is_time(data.get("timestamp", data.get("update_timestamp", 0))) else "Timestamp not in seconds"


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and any(map(str.isalnum, value)) and value not in ("null", "undefined")


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and value < MILLISECONDS_BEGIN


def _size(value: Any) -> int:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode())
