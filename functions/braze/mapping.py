"""What Braze's audience sync sends, as the hub's commands (pure)."""

from typing import Any

from braze.models import Change
from braze.profile import AUDIENCES
from cdphub.connections import Connection
from cdphub.fields import customer, name_of
from cdphub.parsed import Parsed, Stamp
from cdphub.profile import Settings
from cdphub.schema import ChangeMembership, Command, Customer, UpsertCustomer

_FIELDS = {"email": "email_address", "phone": "phone_number"}
_NAMES = ("first_name", "last_name")
_ADDRESS = ("city", "country")


def change(body: Change, connection: Connection, stamp: Stamp) -> Parsed:
    """The user joins or leaves the audience in the list `brazeAudiences`; fields that came along are set before."""
    null_clears = Settings.of(connection.settings).null_clears
    profile = customer({"source_id": body.user_id, **_fields(body)}, null_clears=null_clears)
    commands: list[Command] = []
    if profile.fields():
        commands.append(UpsertCustomer(connection=connection.id, order=stamp.place(0), customer=profile))
    membership = ChangeMembership(
        connection=connection.id,
        order=stamp.place(len(commands)),
        customer=Customer(source_id=body.user_id),
        list=AUDIENCES,
        audience=body.audience_id,
        name=body.audience_id,
        member=body.action == "add",
    )
    return Parsed([*commands, membership], 1)


def _fields(body: Change) -> dict[str, Any]:
    sent = body.model_dump(exclude_unset=True)
    fields: dict[str, Any] = {ours: sent[theirs] for ours, theirs in _FIELDS.items() if theirs in sent}
    fields |= name_of([sent[name] for name in _NAMES if name in sent])
    fields["address"] = {name: sent[name] for name in _ADDRESS if name in sent}
    return fields
