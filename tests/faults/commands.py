"""What CDPs tell of customers: each command by one of their routes, its number in every value that it sets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.e2e.exchange import Reply
from tests.e2e.project import Project

WAVES = 10
"""A customer has one command in each."""

PERSON = "quillfeather"
"""In each id, name and address of this run, so that they are found wherever they should not be."""
PHONE = "+44 7700 900077"

DEFINED, UNDEFINED = "Moved", "Unheard"
"""Custom events that Voucherify's project knows, and one that it refuses."""
AUDIENCE = "VIP"

FIELDS: dict[str, tuple[str, ...]] = {
    "segment customer": ("phone", "description"),
    "segment message": ("name", "phone"),
    "segment event": ("email",),
    "segment undefined event": (),
    "mparticle attributes": ("address.city", "metadata.plan"),
    "bloomreach customers": ("name", "metadata.roast"),
    "bloomreach events": ("email",),
    "braze audience": (),
}
"""The customer's fields that a command of a kind sets."""


@dataclass(frozen=True)
class Command:
    """One thing about a customer; `number` is its place among all about that customer."""

    source_id: str
    number: int
    kind: str

    @property
    def fields(self) -> tuple[str, ...]:
        return FIELDS[self.kind]

    @property
    def is_event(self) -> bool:
        return self.kind in ("segment event", "bloomreach events")

    @property
    def is_refused(self) -> bool:
        """By Voucherify, for good."""
        return self.kind == "segment undefined event"

    @property
    def joins(self) -> bool:
        """Whether a change of an audience lets the customer in or out."""
        return self.number % 3 != 0


def waves(seed: int, number: int) -> Iterator[list[Command]]:
    """So many commands: whatever is in a wave is about other customers, and goes out after the wave before."""
    chance = Random(seed)
    people = [f"{PERSON}-{seed}-{person}" for person in range(-(-number // WAVES))]
    for place in range(WAVES):
        kinds = chance.choices(list(FIELDS), weights=[3, 2, 3, 0.3, 3, 3, 2, 2], k=len(people))
        yield [Command(person, place, kind) for person, kind in zip(people, kinds, strict=True)]


def requests(wave: Sequence[Command]) -> list[list[Command]]:
    """What goes out together: Bloomreach sends batches."""
    batched = [kind for kind in FIELDS if kind.startswith("bloomreach")]
    batches = [[each for each in wave if each.kind == kind] for kind in batched]
    return [*filter(None, batches), *([each] for each in wave if each.kind not in batched)]


def send(project: Project, commands: Sequence[Command]) -> Reply:
    """One request."""
    first = commands[0]
    match first.kind:
        case "segment customer":
            return project.segment.action("customer", {"source_id": first.source_id, **_values(first)})
        case "segment message":
            traits = _values(first)
            message_id = f"{first.source_id}-{first.number}"
            return project.segment.raw(
                {"type": "identify", "userId": first.source_id, "messageId": message_id, "traits": traits}
            )
        case "segment event" | "segment undefined event":
            customer = {"source_id": first.source_id, **_values(first)}
            event = {"event": UNDEFINED if first.is_refused else DEFINED, "metadata": {"number": first.number}}
            return project.segment.action("event", {"customer": customer, **event})
        case "mparticle attributes":
            value = _value("city", first.number)
            return project.mparticle.attributes(first.source_id, {"$City": value, "plan": value})
        case "bloomreach customers":
            return project.bloomreach.customers([{"registered": each.source_id, **_values(each)} for each in commands])
        case "bloomreach events":
            return project.bloomreach.events([_bloomreach_event(each) for each in commands])
        case _:
            return project.braze.audience("add" if first.joins else "delete", first.source_id, AUDIENCE)


def _bloomreach_event(command: Command) -> dict[str, Any]:
    return {
        "event": DEFINED,
        "customer": {"registered": command.source_id, **_values(command)},
        "metadata": {"number": command.number},
        "source_event_id": f"{command.source_id}-{command.number}",
    }


def _values(command: Command) -> dict[str, Any]:
    """The fields of a command, as CDPs nest them."""
    found: dict[str, Any] = {}
    for name in command.fields:
        group, _, field = name.rpartition(".")
        (found.setdefault(group, {}) if group else found)[field] = _value(field, command.number)
    return found


def _value(field: str, number: int) -> str:
    told = {"email": f"{PERSON}@mail.example", "phone": PHONE}
    return f"{told.get(field, PERSON.title())}~{number}"
