"""Accept, store, answer: what every CDP's ingest Lambda does (G1).

A vendor brings its profile and `parse`; here the caller is authenticated, the commands are stored to SQS, and only then
is the caller told so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from cdphub import clock, order
from cdphub.api import Reply, Request, refusal, reply, unavailable
from cdphub.connections import Connection
from cdphub.credentials import Gatekeeper
from cdphub.profile import Profile
from cdphub.queues import MESSAGE_BYTES, Message, QueueError, Queues, encode
from cdphub.schema import VERSION, Command
from cdphub.telemetry import count, logger

QUEUE = "apply"
COMMAND_BYTES = 240_000


class RefusedError(Exception):
    """The request cannot be accepted: `field` is wrong (`body`: it is not JSON or too long) because of `reason`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    @classmethod
    def of(cls, error: ValidationError) -> "RefusedError":
        """The first error that pydantic found, without the value it found."""
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return cls(".".join(str(part) for part in first["loc"])[:100] or "body", first["msg"][:200])


@dataclass(frozen=True)
class Stamp:
    """When and as what a request was accepted: gives its commands their places in the order."""

    trace_id: str
    accepted_ms: int

    def place(self, index: int) -> str:
        return order.place(self.accepted_ms, self.trace_id, index)


@dataclass(frozen=True)
class Parsed:
    """What a request asks for; `rejected` are (index of the item, reason in a marketer's words).

    `accepted` is the number of items accepted: an item may become several commands, or none.
    """

    commands: Sequence[Command]
    accepted: int
    rejected: Sequence[tuple[int, str]] = field(default=())


Parse = Callable[[Request, Connection, Stamp], Parsed]


def ingest(request: Request, profile: Profile, parse: Parse, gatekeeper: Gatekeeper, queues: Queues) -> Reply:
    """Answers 200 when everything good is stored, 400 naming the field, 401, or 503 when it could not be stored."""
    stamp = Stamp(clock.new_id(), clock.now_ms())
    logger.append_keys(trace_id=stamp.trace_id)
    try:
        connection = authenticate(request, profile, gatekeeper)
        if connection is None:
            return refusal(401, stamp.trace_id, "credentials", "unknown application id or wrong secret key")
        parsed = parse(request, connection, stamp)
        store(queues, connection.project, parsed.commands)
    except RefusedError as refused:
        count("Refused", cdp=profile.cdp)
        return refusal(400, stamp.trace_id, refused.field, refused.reason)
    except (QueueError, BotoCoreError, ClientError) as error:
        logger.error("not stored", error=type(error).__name__)
        return unavailable(stamp.trace_id)
    count("Accepted", parsed.accepted, cdp=profile.cdp)
    count("Rejected", len(parsed.rejected), cdp=profile.cdp)
    rejected = [{"index": index, "reason": reason} for index, reason in parsed.rejected[:20]]
    return reply(200, {"trace_id": stamp.trace_id, "accepted": parsed.accepted, "rejected": rejected})


def authenticate(request: Request, profile: Profile, gatekeeper: Gatekeeper) -> Connection | None:
    """The connection whose key the request presents, in the first of the profile's forms that it has."""
    pairs = (form.read(request.headers) for form in profile.credentials)
    return gatekeeper.admit(next((pair for pair in pairs if pair), None))


def store(queues: Queues, project: str, commands: Sequence[Command]) -> None:
    """Sends the commands to apply; raises RefusedError for one that is too long, and QueueError."""
    messages = [Message(body, group=project) for body in pack(project, commands)]
    if messages:
        queues.send(QUEUE, messages)


def pack(project: str, commands: Sequence[Command]) -> Iterator[dict[str, object]]:
    """Message bodies of at most 250 KB that hold the commands in their order."""
    part: list[object] = []
    size = 0
    for command in commands:
        dumped = command.model_dump(mode="json", exclude_unset=True) | {"kind": command.kind}
        length = len(encode(dumped))
        if length > COMMAND_BYTES:
            raise RefusedError("body", f"{length} bytes are more than the {COMMAND_BYTES} that one item may have")
        if part and size + length > MESSAGE_BYTES:
            yield _message(project, part)
            part, size = [], 0
        part.append(dumped)
        size += length + 1
    if part:
        yield _message(project, part)


def _message(project: str, commands: list[object]) -> dict[str, object]:
    return {"v": VERSION, "project": project, "commands": commands}
