"""The route for messages of Segment's Spec as they are: webhooks, source and destination Functions.

One message, a list of them, or {"batch": [...]} as Segment's own libraries send it. Messages of a request are taken in
the order in which they stand there; their `timestamp` is ignored, as docs/decisions tells.
"""

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from cdphub.api import Request
from cdphub.batch import each
from cdphub.body import RefusedError, read_any
from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from segment.raw_mapping import Mapper


def parse(request: Request, connection: Connection, stamp: Stamp) -> Parsed:
    """The commands of all messages; raises RefusedError for a body that is no message, or one that is wrong."""
    body, mapper = read_any(request.body, finite=False), Mapper(connection, stamp)
    messages = _batch(body)
    parsed = _one(mapper, body) if messages is None else each(messages, lambda _, message: mapper.map(message))
    placed = [command.model_copy(update={"order": stamp.place(i)}) for i, command in enumerate(parsed.commands)]
    return replace(parsed, commands=placed)


def _batch(body: Any) -> list[Any] | None:
    """The messages of a batch; None if the body is one message."""
    if isinstance(body, dict) and "batch" in body and "type" not in body:
        body = body["batch"]
        if not isinstance(body, list):
            raise RefusedError("batch", "must be a list")
    return body if isinstance(body, list) else None


def _one(mapper: Mapper, message: Any) -> Parsed:
    try:
        return mapper.map(message)
    except ValidationError as error:
        raise RefusedError.of(error) from None
