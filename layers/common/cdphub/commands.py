"""Commands on their way to apply: packed into messages, in their order, within the limits of SQS and the outbox."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdphub.body import RefusedError
from cdphub.queues import MESSAGE_BYTES, Message, Queues, encode
from cdphub.schema import VERSION, Command

QUEUE = "apply"
COMMAND_BYTES = 240_000
_CHARACTER_BYTES = 12
"""What the longest character has in a message: two escapes like \\ud83d."""


def send(queues: Queues, project: str, commands: Sequence[Command]) -> None:
    """Stores the commands; raises RefusedError for one that is too long, and QueueError."""
    messages = [Message(body, group=project) for body in pack(project, commands)]
    if messages:
        queues.send(QUEUE, messages)


def check_length(command: Command) -> None:
    """Raises RefusedError if `send` would."""
    # Nearly every command is short enough whatever its characters, which is known sooner than its length.
    if len(command.model_dump_json(exclude_unset=True)) * _CHARACTER_BYTES > COMMAND_BYTES:
        _checked_length(dumped(command))


def single(project: str, command: Command) -> Message:
    """A message with a command that was found short enough before."""
    return Message(_message(project, [dumped(command)]), group=project)


def pack(project: str, commands: Sequence[Command], message_bytes: int = MESSAGE_BYTES) -> Iterator[dict[str, Any]]:
    """Message bodies whose commands have at most 250 KB, or `message_bytes`."""
    part: list[object] = []
    size = 0
    for command in commands:
        one = dumped(command)
        length = _checked_length(one)
        if part and size + length > message_bytes:
            yield _message(project, part)
            part, size = [], 0
        part.append(one)
        size += length + 1
    if part:
        yield _message(project, part)


def dumped(command: Command) -> dict[str, Any]:
    """The command as JSON, as messages and dead letters hold it: without what was left to its default."""
    return command.model_dump(mode="json", exclude_unset=True) | {"kind": command.kind}


def _checked_length(command: dict[str, Any]) -> int:
    length = len(encode(command))
    if length > COMMAND_BYTES:
        raise RefusedError("body", f"{length} bytes are more than the {COMMAND_BYTES} that one item may have")
    return length


def _message(project: str, commands: list[object]) -> dict[str, Any]:
    return {"v": VERSION, "project": project, "commands": commands}
