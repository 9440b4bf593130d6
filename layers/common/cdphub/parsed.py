"""What a vendor's mapping gives the rest of the hub."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cdphub import order
from cdphub.api import Request
from cdphub.connections import Connection
from cdphub.schema import Command


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
    the item, reason in a marketer's words), `omitted` the names of fields left out of what was accepted, `skipped` says
    of each accepted item that is to have no effect why (a setting, or what it is).
    """

    commands: Sequence[Command]
    accepted: int
    rejected: Sequence[tuple[int, str]] = ()
    omitted: Sequence[str] = ()
    skipped: Sequence[str] = ()


Parse = Callable[[Request, Connection, Stamp], Parsed]
"""Raises RefusedError."""
