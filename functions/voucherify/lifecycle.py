"""Webhooks about customers themselves: what the hub has caused, and what a deletion by others means (pure)."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from cdphub import order
from cdphub.outbound.events import Event
from cdphub.schema import Customer, EraseCustomer
from cdphub.times import milliseconds

DELETED = "customer.deleted"
# The hub's own calls cause them, too.
ECHOED = ("customer.created", "customer.updated", DELETED)
# In place of a connection: the command is Voucherify's own.
VOUCHERIFY = "voucherify"

_MARK = re.compile(r"_deleted\d{4}-\d\d-\d\dT[\d:.]+Z$")


def unmarked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without the mark that Voucherify adds to the source_id of whom it has deleted.

    `ada@crm_deleted2024-02-01T11:16:40.918Z` -> `ada@crm`.
    """
    customer = data.get("customer")
    if not isinstance(customer, dict) or not isinstance(customer.get("source_id"), str):
        return dict(data)
    return {**data, "customer": {**customer, "source_id": _MARK.sub("", customer["source_id"])}}


def forgetting(event: Event, received_ms: int, trace_id: str) -> EraseCustomer | None:
    """The command to forget whom others have deleted; None for other events, and for whom the hub cannot know.

    Its place is the time of the deletion: what was accepted since is about a customer made anew.
    """
    if event.type != DELETED:
        return None
    try:
        customer = Customer.model_validate({"source_id": event.customer.source_id})
    except ValidationError:
        return None
    place = order.place(min(milliseconds(event.occurred_at), received_ms), trace_id, 0)
    return EraseCustomer(connection=VOUCHERIFY, order=place, customer=customer, already_deleted=True)
