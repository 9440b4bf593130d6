"""What a run left behind, and what the checks say about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cdphub.backlog import DeadLetter
from cdphub.replay import command_of
from cdphub.schema import Command
from cdphub.store.backlog import DEAD
from cdphub.store.outbox import CustomerItem, EventItem
from tools.simulation.history import Call, History
from tools.simulation.ledger import Entry, Ledger
from tools.simulation.world import World, partition_of


@dataclass(frozen=True)
class Violation:
    """A guarantee that did not hold, for whom, and how."""

    guarantee: str
    customer: str
    text: str

    def __str__(self) -> str:
        return f"{self.guarantee} {self.customer}: {self.text}"


@dataclass(frozen=True)
class End:
    """The state in which a run ended.

    `partitions` are the outbox's partition keys by source_id, `rows` and `events` what it holds by partition key (and
    event key); `profiles` are the vendor's customers by source_id, `strangers` the audiences that each had before, by
    list; `left` is the number of messages in each place, `jobs` are bulk jobs that have not ended. `found` is what the
    scenario itself has found wrong.
    """

    history: History
    ledger: Ledger
    partitions: Mapping[str, str]
    rows: Mapping[str, CustomerItem]
    events: Mapping[tuple[str, str], EventItem]
    letters: list[DeadLetter]
    profiles: Mapping[str, dict[str, Any]]
    strangers: Mapping[str, dict[str, list[str]]]
    left: Mapping[str, int]
    jobs: Sequence[str]
    found: Sequence[Violation] = ()

    def erased(self, customer: str) -> str:
        """The place of a customer's newest erasure."""
        return max(self.ledger.erasures(customer), default="")

    def is_deleted(self, customer: str) -> bool:
        """Whether the customer was to be deleted, and the newest deletion was not given up with a record."""
        erased = self.erased(customer)
        return bool(erased) and not any(letter.key == f"{erased}#deletion" for letter in self.letters)

    def by_customer(self) -> Iterator[tuple[str, "End"]]:
        """Each customer, and the same with only those of the vendor's calls and of the letters that are about it."""
        calls, landed = _by_customer(self.history.calls), _by_customer(self.history.landed)
        for customer, pk in self.partitions.items():
            history = replace(self.history, calls=calls[customer], landed=landed[customer])
            letters = [letter for letter in self.letters if letter.customer == pk]
            yield customer, replace(self, history=history, letters=letters)

    def letters_of(self, entry: Entry) -> list[tuple[DeadLetter, Command]]:
        """The dead letters of a command, each with the part of it that can be sent again."""
        return [(letter, part) for letter, part in self.inbound() if part.order in entry.places]

    def inbound(self) -> list[tuple[DeadLetter, Command]]:
        """The dead letters of commands, each with what it holds."""
        return [(letter, command_of(letter)) for letter in self.letters if letter.direction == "inbound"]


def _by_customer(calls: Iterable[Call]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        found[call.source_id].append(call)
    return found


def end_of(world: World, customers: Sequence[str], strangers: Mapping[str, dict[str, list[str]]]) -> End:
    """The state of a world in which these customers were acted on."""
    return End(
        history=world.history,
        ledger=world.ledger,
        partitions={source_id: partition_of(source_id) for source_id in customers},
        rows=dict(world.outbox.customers()),
        events={(pk, key): event for pk, key, event in world.outbox.events()},
        letters=[DeadLetter.model_validate_json(row.text) for row in world.backlog.rows() if row.key.startswith(DEAD)],
        profiles={source_id: world.vendor.profile(source_id) for source_id in customers},
        strangers=strangers,
        left=world.left(),
        jobs=[key for key, _ in world.outbox.jobs()],
    )
