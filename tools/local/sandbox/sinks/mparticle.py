"""mParticle's Events API, as far as custom events of a Custom Feed go.

https://docs.mparticle.com/developers/server/http, https://docs.mparticle.com/developers/server/json-reference,
https://docs.mparticle.com/guides/default-service-limits

A request is refused if none of its batches can be taken. Which batches of another could not be, mParticle tells nobody:
here they are in `GET /_sandbox/rejected`, with those of which mParticle would only cut off what is too long.
Events may have any age: mParticle asks for no more than 30 days, but those of events/ are of a fixed day.
Any key will do until one is set by `PUT /_sandbox/rules`.
"""

import base64
import json
from http.client import responses
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.local.sandbox.cdp import CdpApi, RefusedError, Rules
from tools.local.sandbox.core import Now, Reply, Request

MAX_REQUEST_BYTES = 256 * 1024
MAX_BATCH_BYTES = 128 * 1024
MAX_ITEMS = 100

Name = Annotated[str, Field(min_length=1, max_length=256)]
Value = Annotated[str, Field(max_length=4096)] | bool | int | float | None
_IDENTITIES = (
    "customer_id|email|other|other_id_([2-9]|10)|mobile_number|phone_number_[23]|alias|facebook|twitter|google|microsoft"
    "|yahoo|facebook_custom_audience_id"
)


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Data(_Model):
    """What a custom event says."""

    event_name: Name
    custom_event_type: Literal[
        "navigation", "location", "search", "transaction", "user_content", "user_preference", "social", "other", "media"
    ]
    timestamp_unixtime_ms: int | None = None
    source_message_id: str | None = None
    custom_attributes: dict[Name, Value] = Field({}, max_length=100)


class Event(_Model):
    """A custom event."""

    event_type: Literal["custom_event"]
    data: Data


class Batch(_Model):
    """Events of one user; without an identity they would be nobody's."""

    environment: Literal["development", "production"]
    source_request_id: str | None = None
    user_identities: dict[Annotated[str, Field(pattern=f"^({_IDENTITIES})$")], str] = Field(min_length=1)
    events: list[Event] = Field(min_length=1)


class MparticleRules(Rules):
    """Keys are refused but `feed_key` (`key:secret`)."""

    feed_key: str | None = None


class Sink(CdpApi[MparticleRules]):
    """Every feed of every workspace: a `source_request_id` counts once per key."""

    def __init__(self, now_ms: Now) -> None:
        routes = {"POST /v2/events": self._single, "POST /v2/bulkevents": self._bulk}
        super().__init__(now_ms, MparticleRules(), routes)
        self._unnamed = count()

    def error(self, status: int) -> Reply:
        return _error(status)

    def _single(self, request: Request) -> Reply:
        return self._take(self._key(request), [_parsed(request)])

    def _bulk(self, request: Request) -> Reply:
        key, batches = self._key(request), _parsed(request)
        if not isinstance(batches, list) or not batches:
            raise _refused(400, "a bulk request is a list of batches")
        if max(len(batches), sum(map(_events, batches))) > MAX_ITEMS:
            raise _refused(400, f"more than {MAX_ITEMS} batches or events")
        return self._take(key, batches)

    def _key(self, request: Request) -> str:
        """The feed's key, from `Basic base64(key:secret)`."""
        scheme, _, credentials = (request.header("Authorization") or "").partition(" ")
        if not credentials:
            raise _refused(401, "authentication is missing")
        try:
            pair = base64.b64decode(credentials, validate=True).decode()
        except ValueError:
            pair = ""
        key, _, secret = pair.partition(":")
        if scheme.lower() != "basic" or not key or not secret or self.rules.feed_key not in (None, pair):
            raise _refused(403, "key and secret are not valid")
        return key

    def _take(self, key: str, batches: list[Any]) -> Reply:
        faults = [_fault_in(batch) for batch in batches]
        if all(faults):
            raise _refused(400, faults[0] or "")
        for batch, fault in zip(batches, faults, strict=True):
            if fault:
                self.reject(fault, batch)
            else:
                self._deliver(key, batch)
        return Reply(202)

    def _deliver(self, key: str, batch: dict[str, Any]) -> None:
        request_id = batch.get("source_request_id") or next(self._unnamed)
        for place, event in enumerate(batch["events"]):
            delivered = {**batch, "events": [event], "feed_key": key, "received_at": self.now_ms()}
            self.deliver((key, request_id, place), delivered)


def _refused(status: int, message: str) -> RefusedError:
    return RefusedError(_error(status, message))


def _parsed(request: Request) -> Any:
    if len(request.body) >= MAX_REQUEST_BYTES:
        raise _refused(400, f"not less than {MAX_REQUEST_BYTES} bytes")
    if "application/json" not in (request.header("Content-Type") or ""):
        raise _refused(400, "not application/json")
    try:
        return request.json()
    except ValueError as error:
        raise _refused(400, "not JSON") from error


def _events(batch: Any) -> int:
    events = batch.get("events") if isinstance(batch, dict) else None
    return len(events) if isinstance(events, list) else 0


def _fault_in(batch: Any) -> str | None:
    """Why a batch is not taken."""
    if len(json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_BATCH_BYTES:
        return f"more than {MAX_BATCH_BYTES} bytes"
    try:
        Batch.model_validate(batch)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return None


def _error(status: int, message: str | None = None) -> Reply:
    reason = responses.get(status, "Error")
    body = {"errors": [{"code": reason.upper().replace(" ", "_"), "message": message or reason}]}
    limited = {"Retry-After": "1", "X-mp-rate-limit-exceeded": "feed"} if status == 429 else {}
    return Reply.of(status, body, limited)
