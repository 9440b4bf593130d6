"""The body of a call from the customer row, with only the metadata that Voucherify will take (pure)."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from cdphub.connections import Project
from cdphub.metadata import Omitted, Schemas, conform
from cdphub.outbox.row import Membership, Row
from cdphub.outbox.work import Send

Leavings = Mapping[str, list[Omitted]]
"""The metadata that is left out, by the connection that brought it."""

_ADDRESS = "address."
_METADATA = "metadata."


def has_metadata(send: Send) -> bool:
    """Whether the call carries metadata, so that the project's schemas must be known."""
    return bool(send.lists) or any(name.startswith(_METADATA) for name in send.fields)


def reads_first(project: Project, send: Send) -> bool:
    """Whether the customer must be read before the call, because what it carries would replace what is there."""
    has_address = any(name.startswith(_ADDRESS) for name in send.fields)
    carried = {"address": has_address, "metadata": has_metadata(send)}
    return any(carried[name] for name in _replaced(project))


def kept(project: Project, customer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What of a customer that was read must be written again."""
    return {name: customer.get(name) or {} for name in _replaced(project)}


def _replaced(project: Project) -> list[str]:
    writes = {"address": project.address_write, "metadata": project.metadata_write}
    return [name for name, how in writes.items() if how == "read_modify_write"]


def metadata_alone(send: Send) -> Send:
    """The metadata of one command in the call, or one of its lists."""
    places = {name: at for name, at in send.fields.items() if name.startswith(_METADATA)}
    if places:
        oldest = min(places.values())
        return Send(fields={name: at for name, at in places.items() if at == oldest})
    name = next(iter(send.lists))
    return Send(lists={name: send.lists[name]})


def customer(
    row: Row, send: Send, schemas: Schemas, there: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[dict[str, Any], Leavings]:
    """The `customer` object of the call, and the metadata it leaves out; `there`, as `kept` has it, is merged into."""
    there = there or {}
    flat = {name: row.fields[name].value for name in send.fields}
    body: dict[str, Any] = {"source_id": row.source_id}
    body |= {name: value for name, value in flat.items() if "." not in name}
    address = {name.removeprefix(_ADDRESS): value for name, value in flat.items() if name.startswith(_ADDRESS)}
    if address:
        body["address"] = {**there.get("address", {}), **address}
    metadata: dict[str, Any] = {}
    omitted: dict[str, list[Omitted]] = {}
    for connection, brought in _metadata(row, send).items():
        kept, left_out = conform(brought, schemas)
        metadata |= kept
        if left_out:
            omitted[connection] = left_out
    if metadata:
        body["metadata"] = {**there.get("metadata", {}), **metadata}
    return body, omitted


def event(stored: Mapping[str, Any], customer: Mapping[str, Any]) -> dict[str, Any]:
    """The body of POST /v1/events: what the event row holds, but for the sender's id, and the customer."""
    return {**{name: value for name, value in stored.items() if name != "id"}, "customer": customer}


def audience_names(row: Row, name: str) -> list[str]:
    """The whole list as it is to be: the names of the audiences the customer is in."""
    return sorted({membership.name for membership in row.lists[name].values() if membership.member})


def newest_change(row: Row, name: str) -> tuple[str, Membership]:
    """The newest change of a list, and the audience's id."""
    return max(row.lists[name].items(), key=lambda item: item[1].at)


def _metadata(row: Row, send: Send) -> Mapping[str, dict[str, Any]]:
    """The call's metadata, by the connection that brought it."""
    brought: dict[str, dict[str, Any]] = defaultdict(dict)
    for name in send.fields:
        if name.startswith(_METADATA):
            brought[row.fields[name].by][name.removeprefix(_METADATA)] = row.fields[name].value
    for name in send.lists:
        _, newest = newest_change(row, name)
        brought[newest.by][name] = audience_names(row, name)
    return brought
