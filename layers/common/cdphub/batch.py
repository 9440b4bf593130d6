"""A request of many items: each is accepted or rejected by itself."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError

from cdphub.body import RefusedError
from cdphub.commands import check_length
from cdphub.parsed import Parsed
from cdphub.schema import Command


def each(items: Iterable[Any], parse: Callable[[int, Any], Parsed]) -> Parsed:
    """What the items ask for, together.

    `parse` takes an item and its index, and raises RefusedError or pydantic.ValidationError for one that is wrong; that
    one is rejected, and so is one that is too long to be stored. Of an item with parts it may reject some itself.
    """
    commands: list[Command] = []
    rejected: list[tuple[int, str]] = []
    omitted: list[str] = []
    skipped: list[str] = []
    accepted = 0
    for index, item in enumerate(items):
        try:
            parsed = _fitting(parse(index, item))
        except ValidationError as error:
            rejected.append((index, _reason(RefusedError.of(error))))
        except RefusedError as refused:
            rejected.append((index, _reason(refused)))
        else:
            commands += parsed.commands
            rejected += parsed.rejected
            omitted += parsed.omitted
            skipped += parsed.skipped
            accepted += parsed.accepted
    return Parsed(commands, accepted, rejected, omitted, skipped)


def _fitting(parsed: Parsed) -> Parsed:
    for command in parsed.commands:
        check_length(command)
    return parsed


def _reason(refused: RefusedError) -> str:
    return refused.reason if refused.field == "body" else str(refused)
