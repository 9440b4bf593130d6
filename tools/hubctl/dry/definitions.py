"""Metadata definitions under which everything that came is sent: a dry run cannot know the project's own."""

from collections.abc import Iterable, Iterator
from typing import Any

from cdphub.schema import ChangeMembership, Command, UpsertCustomer
from tools.local.sandbox.voucherify import Property, Schema


def definitions(commands: Iterable[Command]) -> Schema:
    """For each key of customers' metadata the type that its first value is of."""
    properties: dict[str, Property] = {}
    for key, value in _metadata(commands):
        if value is not None:
            properties.setdefault(key, _property(value))
    return Schema(properties=properties)


def _metadata(commands: Iterable[Command]) -> Iterator[tuple[str, Any]]:
    for command in commands:
        if isinstance(command, UpsertCustomer):
            yield from (command.customer.metadata or {}).items()
        elif isinstance(command, ChangeMembership):
            yield command.list, [command.audience]


def _property(value: Any) -> Property:
    if isinstance(value, list):
        return Property(type=_property(value[0]).type if value else "string", array=True)
    if isinstance(value, bool):
        return Property(type="boolean")
    if isinstance(value, dict):
        return Property(type="object")
    return Property(type="number" if isinstance(value, int | float) else "string")
