"""The one address that mParticle calls, with Firehose's messages or with the raw webhook's batches."""

from functools import cache
from typing import Any

from cdphub import clock
from cdphub.api import Reply, Request, refusal
from cdphub.body import RefusedError
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper
from cdphub.hub import hub
from cdphub.ingest import ingest
from cdphub.parsed import Parse, Parsed, Stamp
from cdphub.profile import Route
from cdphub.queues import Queues
from mparticle import keys, messages, replies
from mparticle.models import Message, Registration
from mparticle.profile import PROFILE


def _parse(request: Request, connection: Connection, stamp: Stamp) -> Parsed:
    return messages.parse(messages.read(request.body), connection, stamp)


PARSERS: dict[Route, Parse] = {Route("POST", "/mparticle"): _parse}


@cache
def gatekeeper() -> Gatekeeper:
    """Made once per instance."""
    return Gatekeeper(hub().store, PROFILE.cdp)


def handler(event: dict[str, Any], _context: object) -> Reply:
    """Answers a request of mParticle's."""
    return answer(Request.from_event(event), gatekeeper(), hub().queues)


def answer(request: Request, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    """Answers 200, 400, 401 or 503: mParticle repeats 503, and loses what any 4xx answers but 408 and 429."""
    if Route(request.method, request.path) not in PARSERS:
        return refusal(400, clock.new_id(), "path", "is not the address for mParticle")
    try:
        message = messages.read(request.body)
    except RefusedError as refused:
        return _refused(request, refused, gatekeeper, queues)
    own_replies = replies.of(message, PROFILE.reply_bytes)
    if isinstance(message, Registration) or _is_ping(message, request):
        return own_replies.accepted(Stamp(clock.new_id(), clock.now_ms()), Parsed([], 0))
    return ingest(
        request,
        PROFILE,
        lambda _request, connection, stamp: messages.parse(message, connection, stamp),
        gatekeeper,
        queues,
        replies=own_replies,
        presented=keys.in_account(message.account),
    )


def _refused(request: Request, refused: RefusedError, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    """Answers 400 to what is no message, but 401 to somebody else's key, whose CDP a 400 may harm."""

    def refuse(*_: object) -> Parsed:
        raise refused

    if _has_key(request):
        return ingest(request, PROFILE, refuse, gatekeeper, queues)
    return refusal(400, clock.new_id(), refused.field, refused.reason)


def _is_ping(message: Message, request: Request) -> bool:
    """Whether a message only wants to be answered: it asks for nothing and presents no key."""
    return not message.account and not _has_key(request) and not message.asks()


def _has_key(request: Request) -> bool:
    return any(form.read(request.headers) for form in PROFILE.credentials)
