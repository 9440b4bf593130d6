"""What Segment's Voucherify (Actions) destination sends, as the hub's commands (pure)."""

from typing import Any

from cdphub.codes import event_parts
from cdphub.connections import Connection
from cdphub.fields import customer, dated, name_of
from cdphub.parsed import Parsed, Stamp
from cdphub.schema import ChangeMembership, Command, Customer, TrackEvent, UpsertCustomer
from segment import models
from segment.profile import GROUPS, Settings


def upsert(body: models.CustomerBody, connection: Connection, stamp: Stamp) -> Parsed:
    """Sets the customer's fields; a birthdate that is no date is omitted."""
    fields, omitted = dated(body.model_dump(exclude_unset=True))
    name = name_of([fields.pop(part) for part in ("first_name", "last_name") if part in fields])
    if body.name is None:
        fields |= name
    if "street" in fields.get("address", {}):
        fields["address"]["line_1"] = fields["address"].pop("street")
    command = UpsertCustomer(connection=connection.id, order=stamp.place(0), customer=_customer(fields, connection))
    return Parsed([command], 1, omitted=omitted)


def track(body: models.EventBody, connection: Connection, stamp: Stamp) -> Parsed:
    """One custom event."""
    parts, omitted = event_parts(body.referral, body.loyalty, body.metadata)
    command = TrackEvent(
        connection=connection.id,
        order=stamp.place(0),
        customer=_customer(body.customer.model_dump(exclude_unset=True), connection),
        event=body.event,
        **parts,
    )
    return Parsed([command], 1, omitted=omitted)


def group(body: models.GroupBody, connection: Connection, stamp: Stamp) -> Parsed:
    """The group's traits become metadata of the customer, the group itself an audience of the list `segmentGroups`."""
    member = _customer(body.customer.model_dump(exclude_unset=True) | {"metadata": body.traits}, connection)
    commands: list[Command] = []
    if member.fields():
        commands.append(UpsertCustomer(connection=connection.id, order=stamp.place(0), customer=member))
    membership = ChangeMembership(
        connection=connection.id,
        order=stamp.place(len(commands)),
        customer=Customer(source_id=member.source_id),
        list=GROUPS,
        audience=body.group_id,
        name=body.group_id,
        member=True,
    )
    return Parsed([*commands, membership], 1)


def _customer(fields: dict[str, Any], connection: Connection) -> Customer:
    return customer(fields, null_clears=Settings.model_validate(connection.settings).null_clears)
