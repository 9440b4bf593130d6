"""What Segment sends, as the hub's commands (pure).

A field that is not sent is left alone, and so is one that is null unless the connection's `null_clears` says otherwise:
Segment sends null for every trait it does not know. An empty string is a value like any other.
"""

import re
from datetime import datetime
from typing import Any

from cdphub.connections import Connection
from cdphub.ingest import Parsed, Stamp
from cdphub.schema import ChangeMembership, Command, Customer, TrackEvent, UpsertCustomer
from segment import models
from segment.profile import Settings

GROUPS = "segmentGroups"

_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].+)?")


def upsert(body: models.CustomerBody, connection: Connection, stamp: Stamp) -> Parsed:
    """Sets the customer's fields; a birthdate that is no date is omitted."""
    fields = body.model_dump(exclude_unset=True)
    first, last = fields.pop("first_name", None), fields.pop("last_name", None)
    if body.name is None and (first or last):
        fields["name"] = " ".join(part for part in (first, last) if part)
    if "street" in fields.get("address", {}):
        fields["address"]["line_1"] = fields["address"].pop("street")
    omitted = []
    if body.birthdate is not None:
        fields["birthdate"] = calendar_date(body.birthdate)
        if fields["birthdate"] is None:
            del fields["birthdate"]
            omitted.append("birthdate")
    command = UpsertCustomer(connection=connection.id, order=stamp.place(0), customer=_customer(fields, connection))
    return Parsed([command], 1, omitted=omitted)


def track(body: models.EventBody, connection: Connection, stamp: Stamp) -> Parsed:
    """One custom event. Voucherify wants a code with every referral, so a referrer without one is omitted."""
    optional: dict[str, Any] = {}
    if body.referral.code:
        optional["referral"] = body.referral.model_dump(exclude_none=True)
    if body.loyalty.code:
        optional["loyalty"] = body.loyalty.model_dump()
    metadata = _without_nulls(body.metadata)
    if metadata:
        optional["metadata"] = metadata
    command = TrackEvent(
        connection=connection.id,
        order=stamp.place(0),
        customer=_customer(body.customer.model_dump(exclude_unset=True), connection),
        event=body.event,
        **optional,
    )
    lost = body.referral.referrer_id and not body.referral.code
    return Parsed([command], 1, omitted=["referral.referrer_id"] if lost else [])


def group(body: models.GroupBody, connection: Connection, stamp: Stamp) -> Parsed:
    """The group's traits become metadata of the customer, the group itself an audience of the list `segmentGroups`."""
    customer = _customer(body.customer.model_dump(exclude_unset=True) | {"metadata": body.traits}, connection)
    commands: list[Command] = []
    if customer.fields():
        commands.append(UpsertCustomer(connection=connection.id, order=stamp.place(0), customer=customer))
    membership = ChangeMembership(
        connection=connection.id,
        order=stamp.place(len(commands)),
        customer=Customer(source_id=customer.source_id),
        list=GROUPS,
        audience=body.group_id,
        name=body.group_id,
        member=True,
    )
    return Parsed([*commands, membership], 1)


def calendar_date(text: str) -> str | None:
    """The date that an ISO 8601 date or time begins with, as it is written there, whatever the offset; else None."""
    match = _DATE.fullmatch(text)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return match[1] if match else None


def _customer(fields: dict[str, Any], connection: Connection) -> Customer:
    if not Settings.model_validate(connection.settings).null_clears:
        fields = _without_nulls(fields)
        fields |= {name: _without_nulls(fields[name]) for name in ("address", "metadata") if name in fields}
    return Customer.model_validate({name: value for name, value in fields.items() if value != {}})


def _without_nulls(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
