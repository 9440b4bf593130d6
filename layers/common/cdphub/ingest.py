"""Accept, store, answer: what every CDP's ingest Lambda does (G1).

A vendor brings its profile and `parse`; here the caller is authenticated, the commands are stored to SQS, and only then
is the caller told so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cdphub import clock, commands, order
from cdphub.api import Reply, Request, refusal, reply, unavailable
from cdphub.aws import AwsError
from cdphub.body import RefusedError
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper
from cdphub.profile import Profile
from cdphub.queues import Queues
from cdphub.schema import Command
from cdphub.telemetry import count, logger

REASONS = 20


@dataclass(frozen=True)
class Stamp:
    """When and as what a request was accepted: gives its commands their places in the order."""

    trace_id: str
    accepted_ms: int

    def place(self, index: int) -> str:
        return order.place(self.accepted_ms, self.trace_id, index)


@dataclass(frozen=True)
class Parsed:
    """What a request asks for.

    `accepted` is the number of items accepted: an item may become several commands, or none. `rejected` are (index of
    the item, reason in a marketer's words), `omitted` the names of fields left out of what was accepted.
    """

    commands: Sequence[Command]
    accepted: int
    rejected: Sequence[tuple[int, str]] = ()
    omitted: Sequence[str] = ()


Parse = Callable[[Request, Connection, Stamp], Parsed]
"""Raises RefusedError."""


def ingest(request: Request, profile: Profile, parse: Parse, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    """Answers 200 when everything good is stored, 400 naming the field, 401, or 503 when it could not be stored."""
    stamp = Stamp(clock.new_id(), clock.now_ms())
    logger.append_keys(trace_id=stamp.trace_id)
    try:
        connection = authenticate(request, profile, gatekeeper)
        if connection is None:
            return refusal(401, stamp.trace_id, "credentials", "unknown application id or wrong secret key")
        if len(request.body) > profile.body_bytes:
            raise RefusedError("body", f"must not have more than {profile.body_bytes} bytes")
        parsed = parse(request, connection, stamp)
        commands.send(queues, connection.project, parsed.commands)
    except RefusedError as refused:
        count("Refused", cdp=profile.cdp)
        logger.info("refused", field=refused.field)
        return refusal(400, stamp.trace_id, refused.field, refused.reason)
    except AwsError as error:
        logger.error("not stored", error=str(error))
        return unavailable(stamp.trace_id)
    _record(profile, connection, parsed)
    return _accepted(stamp, parsed, profile.reply_bytes)


def authenticate(request: Request, profile: Profile, gatekeeper: Gatekeeper) -> Connection | None:
    """The connection whose key the request presents, in the first of the profile's forms that it has."""
    pairs = (form.read(request.headers) for form in profile.credentials)
    return gatekeeper.admit(next((pair for pair in pairs if pair), None))


def _record(profile: Profile, connection: Connection, parsed: Parsed) -> None:
    count("Accepted", parsed.accepted, cdp=profile.cdp)
    count("Rejected", len(parsed.rejected), cdp=profile.cdp)
    count("Omitted", len(parsed.omitted), cdp=profile.cdp)
    if parsed.omitted:
        logger.info("omitted", connection=connection.id, fields=parsed.omitted)


def _accepted(stamp: Stamp, parsed: Parsed, most_bytes: int) -> Reply:
    """The reply, with as many of the first reasons as it has room for."""
    rejected = [{"index": index, "reason": reason} for index, reason in parsed.rejected[:REASONS]]
    while True:
        answer = reply(200, {"trace_id": stamp.trace_id, "accepted": parsed.accepted, "rejected": rejected})
        if not rejected or len(answer["body"]) <= most_bytes:
            return answer
        rejected.pop()
