"""Publications and lookups (Lambda): the synchronous routes that Iterable, Braze, Bloomreach and API clients share."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cdphub import clock
from cdphub.api import Reply, Request
from cdphub.aws import AwsError
from cdphub.body import RefusedError
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper
from cdphub.profile import Profile, load_profiles
from cdphub.publishing import PUBLICATIONS, VERSION, Publishing
from cdphub.secrets import SecretError
from cdphub.telemetry import count, logger
from publications import forms, question, wish
from publications.lookups import Lookups
from publications.outcome import Busy, Outcome, Published, refused_by_hub, unknown_path
from publications.publisher import Job, Publisher, publisher
from publications.replies import reply_to, unauthorized
from publications.wish import Wish

SHORT_MS = 5 * SECOND
"""A call with less time than this may have to be finished by the worker."""

UNKNOWN = Publishing(budget_ms=0)
"""Of a caller who cannot be told, since the hub is in trouble itself."""


class Desk:
    """Who may ask, and who answers: the connections of the CDPs whose profiles say so."""

    def __init__(self, publisher: Publisher, profiles: Mapping[str, Profile]) -> None:
        self.publisher = publisher
        self.lookups = Lookups(publisher.accounts, publisher.throttle)
        self._profiles = [profile for profile in profiles.values() if profile.publishing]
        self._gatekeepers = {each.cdp: Gatekeeper(publisher.hub.store, each.cdp) for each in self._profiles}

    def admit(self, request: Request) -> tuple[Profile, Publishing, Connection] | None:
        """Whose key it is: of the CDP that the path begins with, or of any if it begins as Voucherify's own do."""
        first = request.path.split("/")[1]
        for profile in self._profiles:
            if profile.publishing is None or first not in (profile.prefix, VERSION):
                continue
            for pair in (form.read(request.headers) for form in profile.credentials):
                connection = self._gatekeepers[profile.cdp].admit(pair)
                if connection is not None:
                    return profile, profile.publishing, connection
        return None


@cache
def desk() -> Desk:
    """This instance's desk."""
    return Desk(publisher(), load_profiles(Path(__file__).parent.parent))


def handler(event: dict[str, Any], _context: object) -> Reply:
    """Answers a call for a publication or a lookup."""
    return answer(Request.from_event(event), desk())


def answer(request: Request, desk: Desk) -> Reply:
    """Answers within the time of the caller's CDP, and by its rules; 401 to an unknown one."""
    began_ms, trace_id, publishing = clock.now_ms(), clock.new_id(), UNKNOWN
    logger.append_keys(trace_id=trace_id)
    try:
        admitted = desk.admit(request)
        if admitted is None:
            return unauthorized(trace_id)
        profile, publishing, connection = admitted
        outcome = _serve(request, profile, connection, began_ms + publishing.budget_ms, desk)
    except RefusedError as refused:
        logger.info("refused", field=refused.field)
        outcome = refused_by_hub(refused)
    except (AwsError, SecretError) as error:
        logger.error("no answer", error=str(error))
        outcome = Busy()
    return reply_to(outcome, publishing, trace_id)


def _serve(request: Request, profile: Profile, connection: Connection, end_ms: int, desk: Desk) -> Outcome:
    """Raises RefusedError, AwsError and SecretError."""
    path = request.path.removeprefix(profile.publishing_base)
    if (request.method, path) in PUBLICATIONS:
        asked = wish.read(forms.asked(request))
        outcome = _publish(asked, profile, connection, end_ms, desk.publisher)
        count("Publication", cdp=profile.cdp, outcome=type(outcome).__name__)
        return outcome
    asked_for = question.read(request, path)
    if asked_for is None:
        return unknown_path()
    outcome = Busy(MINUTE) if connection.state == "paused" else desk.lookups.find(connection, asked_for, end_ms)
    count("Lookup", cdp=profile.cdp, outcome=type(outcome).__name__)
    return outcome


def _publish(asked: Wish, profile: Profile, connection: Connection, end_ms: int, publisher: Publisher) -> Outcome:
    if connection.state == "paused":
        return Busy(MINUTE)
    is_short = profile.publishing is not None and profile.publishing.budget_ms < SHORT_MS
    outcome = publisher.publish(Job(connection, asked, end_ms), is_short=is_short)
    return Published(outcome.seen_by(asked)) if isinstance(outcome, Published) else outcome
