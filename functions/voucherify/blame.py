"""The one command that a refused call carried, with all that is needed to send it again (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdphub.outbox.row import Row
from cdphub.outbox.work import Send
from voucherify.body import audience_names, newest_change


@dataclass(frozen=True)
class Blamed:
    """A command, or the part of one that was sent alone: its place, its connection, and its content."""

    part: str
    at: str
    by: str
    payload: dict[str, Any]


def blame(row: Row, send: Send, stored: Mapping[str, Any] | None) -> Blamed:
    """What `send`, a call of one command made from `row`, was about; `stored` is its event's body."""
    if send.deletion is not None and row.deletion is not None:
        erasure = row.deletion
        return Blamed("deletion", erasure.at, erasure.by, {"kind": "erase", "source_id": row.source_id})
    if send.event is not None:
        event = row.events[send.event]
        payload = {"kind": "track", "source_id": row.source_id, **(stored or {})}
        return Blamed("event", event.at, event.by, payload)
    if send.lists:
        name = next(iter(send.lists))
        newest = newest_change(row, name)
        payload = {"kind": "membership", "source_id": row.source_id, "list": name, "names": audience_names(row, name)}
        return Blamed(f"list#{name}", newest.at, newest.by, payload)
    fields = {name: row.fields[name] for name in send.fields}
    first = next(iter(fields.values()))
    values = {name: pending.value for name, pending in fields.items()}
    return Blamed("fields", first.at, first.by, {"kind": "upsert", "source_id": row.source_id, "fields": values})
