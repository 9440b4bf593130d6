"""Commands and rows as the tests of the outbox write them down.

A command's place is said by a number: command 2 was accepted a second after command 1.
"""

from typing import Any

from cdphub import order
from cdphub.clock import SECOND
from cdphub.outbox.row import PendingEvent, PendingField, Row, Waiting
from cdphub.schema import ChangeMembership, Customer, EraseCustomer, TrackEvent, UpsertCustomer

START = 1_790_000_000_000
"""The hub time of the tests' beginning, in milliseconds."""

CONNECTION = "segment-1"
ADA = "ada@crm"


def at(number: int) -> str:
    """The place of command `number`."""
    return order.place(START + number * SECOND, f"trace{number}", 0)


def upsert(
    number: int, source_id: str = ADA, *, sender_id: str | None = None, connection: str = CONNECTION, **fields: Any
) -> UpsertCustomer:
    customer = Customer(source_id=source_id, **fields)
    return UpsertCustomer(connection=connection, order=at(number), id=sender_id, customer=customer)


def track(
    number: int,
    event: str = "Visited",
    source_id: str = ADA,
    *,
    sender_id: str | None = None,
    connection: str = CONNECTION,
    properties: dict[str, Any] | None = None,
    **fields: Any,
) -> TrackEvent:
    customer = Customer(source_id=source_id, **fields)
    return TrackEvent(
        connection=connection, order=at(number), id=sender_id, customer=customer, event=event, metadata=properties
    )


def join(
    number: int,
    audience: str,
    source_id: str = ADA,
    *,
    name: str | None = None,
    list_name: str = "segmentGroups",
    member: bool = True,
) -> ChangeMembership:
    return ChangeMembership(
        connection=CONNECTION,
        order=at(number),
        customer=Customer(source_id=source_id),
        list=list_name,
        audience=audience,
        name=name or audience.upper(),
        member=member,
    )


def leave(number: int, audience: str, source_id: str = ADA, **named: Any) -> ChangeMembership:
    return join(number, audience, source_id, member=False, **named)


def erase(number: int, source_id: str = ADA, *, already_deleted: bool = False) -> EraseCustomer:
    return EraseCustomer(
        connection=CONNECTION,
        order=at(number),
        customer=Customer(source_id=source_id),
        already_deleted=already_deleted,
    )


def replayed(command: Any, moved_to: int | None = None) -> Any:
    """The command as a dead letter's replay brings it; counted as accepted anew, it has the place `moved_to`."""
    place = command.order if moved_to is None else at(moved_to)
    return command.model_copy(update={"order": place, "replay_of": command.order})


def waiting(number: int, value: Any) -> Waiting:
    return Waiting(value=value, at=at(number), by=CONNECTION)


def pending(number: int, value: Any, replaced: Waiting | None = None) -> PendingField:
    return PendingField(value=value, at=at(number), by=CONNECTION, replaced=replaced)


def row(**parts: Any) -> Row:
    return Row(source_id=ADA, **parts)


def listed(*numbers: int) -> dict[str, PendingEvent]:
    """Waiting events of these commands, under the keys that events without a sender's id have."""
    return {at(number): PendingEvent(at=at(number), by=CONNECTION) for number in numbers}
