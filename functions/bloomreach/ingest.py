"""The routes that Bloomreach's batch webhooks call."""

from collections.abc import Callable
from functools import cache
from typing import Any

from bloomreach.mapping import Mapper
from bloomreach.models import items
from bloomreach.profile import PROFILE
from bloomreach.replies import BloomreachReplies
from cdphub import batch, clock
from cdphub.api import Reply, Request
from cdphub.body import RefusedError, read_any
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper
from cdphub.hub import hub
from cdphub.ingest import ingest
from cdphub.parsed import Parse, Parsed, Stamp
from cdphub.profile import Route
from cdphub.queues import Queues

REPLIES = BloomreachReplies(PROFILE.reply_bytes)


def _each(plural: str, map_item: Callable[[Mapper, int, Any], Parsed]) -> Parse:
    def parse(request: Request, connection: Connection, stamp: Stamp) -> Parsed:
        mapper = Mapper(connection, stamp)
        # A template's NaN is one item's trouble, not that of all.
        body = read_any(request.body, allow_nan=True)
        return batch.each(items(body, plural), lambda index, item: map_item(mapper, index, item))

    return parse


PARSERS: dict[Route, Parse] = {
    Route("POST", "/bloomreach-engagement/upsert-customer-bulk"): _each("customers", Mapper.upsert),
    Route("POST", "/bloomreach-engagement/create-event-bulk"): _each("events", Mapper.track),
}


@cache
def gatekeeper() -> Gatekeeper:
    """Made once per instance."""
    return Gatekeeper(hub().store, PROFILE.cdp)


def handler(event: dict[str, Any], _context: object) -> Reply:
    """Answers a request of Bloomreach's."""
    return answer(Request.from_event(event), gatekeeper(), hub().queues)


def answer(request: Request, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    """Answers 200, 401 or 503: Bloomreach repeats 503, and may stop a campaign for any other."""
    parse = PARSERS.get(Route(request.method, request.path))
    if parse is None:
        refused = RefusedError("path", "is none of the addresses that Bloomreach's webhooks may call, or not by POST")
        return REPLIES.refused(Stamp(clock.new_id(), clock.now_ms()), refused)
    return ingest(request, PROFILE, parse, gatekeeper, queues, replies=REPLIES)
