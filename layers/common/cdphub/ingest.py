"""Accept, store, answer: what every CDP's ingest Lambda does (G1).

A vendor brings its profile and `parse`; here the caller is authenticated, the commands are stored to SQS, and only then
is the caller told so.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from cdphub import clock, commands
from cdphub.api import Reply, Request, refusal, unavailable
from cdphub.aws import AwsError
from cdphub.body import RefusedError
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper, Pair
from cdphub.parsed import Parse, Parsed, Stamp
from cdphub.profile import Profile, Settings
from cdphub.queues import Queues
from cdphub.replies import REASONS, Replies
from cdphub.schema import Command, TrackEvent
from cdphub.secrets import SecretError
from cdphub.telemetry import count, count_all, logger


def ingest(
    request: Request,
    profile: Profile,
    parse: Parse,
    gatekeeper: Gatekeeper,
    queues: Queues,
    *,
    replies: Replies | None = None,
    presented: Pair | None = None,
    is_genuine: Callable[[Request, Connection], bool] | None = None,
) -> Reply:
    """Answers that everything good is stored, what is wrong with the request, 401, or 503 when it could not be stored.

    `replies` are the CDP's own forms of the first two, `presented` is a key found elsewhere than in the headers.
    `is_genuine` checks what proves the request besides the key, such as a signature; it may raise SecretError.
    """
    stamp, replies = Stamp(clock.new_id(), clock.now_ms()), replies or Replies(profile.reply_bytes)
    logger.append_keys(trace_id=stamp.trace_id)
    try:
        connection = gatekeeper.admit(presented or _presented(request, profile))
        if connection is None:
            return refusal(401, stamp.trace_id, "credentials", "unknown application id or wrong secret key")
        if len(request.body) > profile.body_bytes:
            raise RefusedError("body", f"must not have more than {profile.body_bytes} bytes")
        if is_genuine and not is_genuine(request, connection):
            return refusal(401, stamp.trace_id, "signature", "is missing or wrong")
        parsed = parse(request, connection, stamp)
        wanted = _wanted(parsed.commands, connection)
        commands.send(queues, connection.project, wanted)
    except RefusedError as refused:
        count("Refused", cdp=profile.cdp)
        logger.info("refused", field=refused.field)
        return replies.refused(stamp, refused)
    except (AwsError, SecretError) as error:
        count("NotStored")
        logger.error("not stored", error=str(error))
        return unavailable(stamp.trace_id)
    _record(profile, connection, parsed, filtered=len(parsed.commands) - len(wanted))
    return replies.accepted(stamp, parsed)


def _presented(request: Request, profile: Profile) -> Pair | None:
    """The key in the first of the profile's forms that the request has."""
    pairs = (form.read(request.headers) for form in profile.credentials)
    return next((pair for pair in pairs if pair), None)


def _wanted(commands: Sequence[Command], connection: Connection) -> Sequence[Command]:
    """Without the custom events that the connection does not let through, since each costs a call."""
    names = Settings.of(connection.settings).track_events_filter
    if names is None:
        return commands
    return [command for command in commands if not isinstance(command, TrackEvent) or command.event in names]


def _record(profile: Profile, connection: Connection, parsed: Parsed, filtered: int) -> None:
    numbers = {
        "Accepted": parsed.accepted,
        "Rejected": len(parsed.rejected),
        "Omitted": len(parsed.omitted),
        "Filtered": filtered,
        "Skipped": len(parsed.skipped),
    }
    count_all(numbers, cdp=profile.cdp)
    left_out: dict[str, Any] = {
        "rejected": parsed.rejected[:REASONS],
        "omitted": sorted(set(parsed.omitted)),
        "filtered": filtered,
        "skipped": Counter(parsed.skipped),
    }
    told = {name: what for name, what in left_out.items() if what}
    logger.info("accepted", connection=connection.id, accepted=parsed.accepted, **told)
