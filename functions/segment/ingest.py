"""Segment's routes: those of its Voucherify (Actions) destination, and one for messages as they are."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

from cdphub import clock
from cdphub.api import Reply, Request, refusal
from cdphub.body import read
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper
from cdphub.hub import hub
from cdphub.ingest import ingest
from cdphub.parsed import Parse, Parsed, Stamp
from cdphub.profile import Route
from cdphub.queues import Queues
from cdphub.secrets import Secrets
from segment import mapping, models, raw
from segment.profile import PROFILE
from segment.signature import Signatures

Body = TypeVar("Body", bound=BaseModel)


def _reading(model: type[Body], map_body: Callable[[Body, Connection, Stamp], Parsed]) -> Parse:
    return lambda request, connection, stamp: map_body(read(model, request.body), connection, stamp)


RAW = Route("POST", "/segmentio/webhook")

PARSERS: dict[Route, Parse] = {
    Route("GET", "/segmentio/test-authentication"): lambda *_: Parsed([], 0),
    Route("POST", "/segmentio/customer-processing"): _reading(models.CustomerBody, mapping.upsert),
    Route("POST", "/segmentio/event-processing"): _reading(models.EventBody, mapping.track),
    Route("POST", "/segmentio/group-processing"): _reading(models.GroupBody, mapping.group),
    RAW: raw.parse,
}


@cache
def gatekeeper() -> Gatekeeper:
    """Made once per instance."""
    return Gatekeeper(hub().store, PROFILE.cdp)


def handler(event: dict[str, Any], _context: object) -> Reply:
    """Answers a request of Segment's."""
    return answer(Request.from_event(event), gatekeeper(), hub().queues, hub().secrets)


def answer(request: Request, gatekeeper: Gatekeeper, queues: Queues, secrets: Secrets) -> Reply:
    """Answers 200, 400, 401 or 503: Segment repeats 503, and discards what any 4xx answers."""
    route = Route(request.method, request.path)
    if route not in PARSERS:
        return refusal(400, clock.new_id(), "path", "is none of the addresses that Segment calls")
    # The Actions destination cannot sign.
    is_genuine = Signatures(secrets).is_genuine if route == RAW else None
    return ingest(request, PROFILE, PARSERS[route], gatekeeper, queues, is_genuine=is_genuine)
