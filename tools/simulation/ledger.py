"""What was accepted: every command that reached apply's queue, with the places of all its copies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cdphub.order import trace_id
from cdphub.outbox.row import event_key
from cdphub.schema import ChangeMembership, Command, Commands, EraseCustomer, TrackEvent


@dataclass
class Entry:
    """One command as its sender means it: a repeat is the same command at another place."""

    command: Command
    places: list[str] = field(default_factory=list)

    @property
    def customer(self) -> str:
        return self.command.customer.source_id

    @property
    def label(self) -> str:
        """What tells an event from others at the vendor."""
        return str((self.command.metadata or {}).get("n")) if isinstance(self.command, TrackEvent) else ""

    @property
    def fields(self) -> dict[str, Any]:
        """What it sets, by name."""
        return self.command.customer.fields()

    @property
    def event_keys(self) -> dict[str, str]:
        """The keys of its event rows by place: without an id each copy is an event of its own."""
        return {place: event_key(self.command.connection, self.command.id, place) for place in self.places}

    def is_erased(self, erased: str) -> bool:
        """Whether all of its copies were accepted before an erasure, given by its place."""
        return max(self.places) <= erased

    def is_repeated_after(self, erased: str) -> bool:
        """Whether it was accepted before an erasure, and its sender's own repeat, known by its id, after that.

        The repeat is new if it comes after the erasure, and nothing at all if it comes before that.
        """
        return self.command.id is not None and min(self.places) <= erased < max(self.places)

    def is_older(self, other: "Entry") -> bool:
        """Whether all of its copies were accepted before any of the other's."""
        return max(self.places) < min(other.places)


class Ledger:
    """All entries in the order of their first acceptance."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._of: dict[str, list[Entry]] = {}
        self._stored: dict[str, int] = {}
        self.promised: dict[str, int] = {}

    def store(self, text: str) -> None:
        """A message was stored to apply's queue."""
        if '"commands"' not in text:
            return
        for command in Commands.model_validate_json(text).commands:
            key = command.model_dump_json(exclude={"order"})
            if key not in self._entries:
                self._entries[key] = Entry(command)
                self._of.setdefault(command.customer.source_id, []).append(self._entries[key])
            self._entries[key].places.append(command.order)
            trace = trace_id(command.order)
            self._stored[trace] = self._stored.get(trace, 0) + 1

    def promise(self, trace: str, number: int) -> None:
        """A sender was told that so many items were accepted."""
        self.promised[trace] = number

    def broken_promises(self) -> list[str]:
        """The requests of which less was stored than was said."""
        return [trace for trace, number in self.promised.items() if self._stored.get(trace, 0) < number]

    def of(self, customer: str) -> list[Entry]:
        """A customer's entries."""
        return self._of.get(customer, [])

    def erasures(self, customer: str) -> list[str]:
        """The places of a customer's erasures, oldest first."""
        erasing = [entry for entry in self.of(customer) if isinstance(entry.command, EraseCustomer)]
        return sorted(place for entry in erasing for place in entry.places)


def with_field(entries: Iterable[Entry], name: str) -> list[Entry]:
    """Those that set a field."""
    return [entry for entry in entries if name in entry.fields]


def events(entries: Iterable[Entry]) -> list[Entry]:
    """Those that carry an event."""
    return [entry for entry in entries if isinstance(entry.command, TrackEvent)]


def memberships(entries: Iterable[Entry]) -> list[tuple[Entry, ChangeMembership]]:
    """Those that change a membership."""
    return [(entry, entry.command) for entry in entries if isinstance(entry.command, ChangeMembership)]
