"""The one command that a refused call carried, so that it can be sent again (pure)."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from cdphub.outbox.row import Row
from cdphub.outbox.work import Send
from cdphub.schema import ChangeMembership, Command, Customer, EraseCustomer, TrackEvent, UpsertCustomer
from voucherify.body import newest_change


def blame(row: Row, send: Send, stored: Mapping[str, Any] | None) -> tuple[str, Command]:
    """What `send`, a call of one command made from `row`, was about; `stored` is its event's body.

    Gives which part of a command it was, and the command with that part alone. Of a list that is the newest change:
    sent again, it has the whole list written.
    """
    customer = Customer(source_id=row.source_id)
    if send.deletion is not None and row.deletion is not None:
        erasure = row.deletion
        return "deletion", EraseCustomer(connection=erasure.by, order=erasure.at, customer=customer)
    if send.event is not None:
        event = row.events[send.event]
        return "event", TrackEvent(connection=event.by, order=event.at, customer=customer, **(stored or {}))
    if send.lists:
        return _list_change(row, next(iter(send.lists)), customer)
    fields = {name: row.fields[name] for name in send.fields}
    first = next(iter(fields.values()))
    customer = Customer.of(row.source_id, {name: pending.value for name, pending in fields.items()})
    return f"fields#{_digest(fields)}", UpsertCustomer(connection=first.by, order=first.at, customer=customer)


def _digest(names: Iterable[str]) -> str:
    """What tells apart the fields of one command that are refused one after the other."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def _list_change(row: Row, name: str, customer: Customer) -> tuple[str, Command]:
    audience, newest = newest_change(row, name)
    change = ChangeMembership(
        connection=newest.by,
        order=newest.at,
        customer=customer,
        list=name,
        audience=audience,
        name=newest.name,
        member=newest.member,
    )
    return f"list#{name}", change
