"""What an invocation of apply has been given: commands and tokens, and which message each came in (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cdphub.schema import Command, Commands, Token

_MESSAGE: TypeAdapter[Commands | Token] = TypeAdapter(Commands | Token)


@dataclass(frozen=True)
class Arrived:
    """A command or a token, the id of its message, and whether SQS has delivered that before."""

    message_id: str
    project: str
    redelivered: bool
    content: Command | Token


@dataclass
class Inbox:
    """What arrived, and the projects whose due customers are to be looked at.

    `unreadable` are the ids of messages that this version of the hub cannot read: they go back, not to the dead.
    """

    arrived: list[Arrived] = field(default_factory=list)
    woken: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


def read(records: Sequence[Mapping[str, Any]]) -> Inbox:
    """Reads the records of an SQS event."""
    inbox = Inbox()
    for record in records:
        message_id: str = record["messageId"]
        redelivered = int(record["attributes"]["ApproximateReceiveCount"]) > 1
        try:
            message = _MESSAGE.validate_json(record["body"])
        except ValidationError:
            inbox.unreadable.append(message_id)
            continue
        if isinstance(message, Token) and message.customer is None:
            inbox.woken.add(message.project)
            continue
        contents: Sequence[Command | Token] = message.commands if isinstance(message, Commands) else [message]
        inbox.arrived += [Arrived(message_id, message.project, redelivered, content) for content in contents]
    return inbox
