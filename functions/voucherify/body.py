"""The body of a call from the customer row, with only the metadata that Voucherify will take (pure)."""

from collections.abc import Mapping
from typing import Any

from cdphub.metadata import Omitted, Properties, conform
from cdphub.outbox.row import Row
from cdphub.outbox.work import Send


def needs_schema(send: Send) -> bool:
    """Whether the call carries metadata."""
    return bool(send.lists) or any(name.startswith("metadata.") for name in send.fields)


def customer(row: Row, send: Send, properties: Properties) -> tuple[dict[str, Any], list[Omitted]]:
    """The `customer` object of the call, and the metadata it leaves out."""
    flat = {name: row.fields[name].value for name in send.fields}
    body: dict[str, Any] = {"source_id": row.source_id}
    body |= {name: value for name, value in flat.items() if "." not in name}
    address = _under("address", flat)
    if address:
        body["address"] = address
    wanted = _under("metadata", flat) | {name: audience_names(row, name) for name in send.lists}
    metadata, omitted = conform(wanted, properties)
    if metadata:
        body["metadata"] = metadata
    return body, omitted


def event(stored: Mapping[str, Any], customer: Mapping[str, Any]) -> dict[str, Any]:
    """The body of POST /v1/events: what the event row holds, and the customer."""
    return {**stored, "customer": customer}


def audience_names(row: Row, name: str) -> list[str]:
    """The whole list as it is to be: the names of the audiences the customer is in."""
    return sorted({membership.name for membership in row.lists[name].values() if membership.member})


def _under(prefix: str, flat: Mapping[str, Any]) -> dict[str, Any]:
    begin = f"{prefix}."
    return {name.removeprefix(begin): value for name, value in flat.items() if name.startswith(begin)}
