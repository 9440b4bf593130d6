"""The route that Braze's audience sync calls."""

from functools import cache
from typing import Any

from braze.mapping import change
from braze.models import Change
from braze.profile import PROFILE
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


def _change(request: Request, connection: Connection, stamp: Stamp) -> Parsed:
    return change(read(Change, request.body), connection, stamp)


PARSERS: dict[Route, Parse] = {Route("POST", "/braze/customer-webhook"): _change}


@cache
def gatekeeper() -> Gatekeeper:
    """Made once per instance."""
    return Gatekeeper(hub().store, PROFILE.cdp)


def handler(event: dict[str, Any], _context: object) -> Reply:
    """Answers a request of Braze's."""
    return answer(Request.from_event(event), gatekeeper(), hub().queues)


def answer(request: Request, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    """Answers 200, 400, 401, 404 or 503: Braze repeats 503, and of the others reports a failure.

    https://www.braze.com/docs/user_guide/message_building_by_channel/webhooks/creating_a_webhook
    """
    parse = PARSERS.get(Route(request.method, request.path))
    if parse is None:
        return refusal(404, clock.new_id(), "path", "is not the address that Braze's webhook is to call by POST")
    return ingest(request, PROFILE, parse, gatekeeper, queues)
