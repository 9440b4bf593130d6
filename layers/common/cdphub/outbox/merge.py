"""Commands into the customer row: a newer value wins, field by field, whatever order they arrive in.

The caller has put the event rows first, so that a row never lists an event that is not there.
"""

from collections.abc import Iterable
from typing import Any

from cdphub import order
from cdphub.clock import DAY
from cdphub.outbox.row import KEEP_APPLIED_MS, Membership, PendingEvent, PendingField, Row, Waiting, event_key
from cdphub.schema import ChangeMembership, Command, TrackEvent, UpsertCustomer

SENDER_IDS = 16
WAITING_EVENTS = 1_000
ROW_BYTES = 300_000

# Longer than a dead-letter queue keeps a copy of a command: what ended is known as such for so long.
KEEP_ENDED_MS = 15 * DAY

# The places and ids that stand beside a field's value.
_FIELD_BYTES = 200


def seen(row: Row, command: Command) -> bool:
    """Whether the command was erased or refused before, or is an upsert that its sender repeats.

    A replay was refused, but never done, so only an erasure stands in its way.
    """
    if command.origin <= row.erased:
        return True
    if command.replay_of is not None:
        return False
    return command.order in row.refused or _sender_id(command) in row.sender_ids


def is_superseded(row: Row, command: Command) -> bool:
    """Whether newer commands, applied or waiting, have said all that this one says; never so of what happens once."""
    if isinstance(command, ChangeMembership):
        known = row.lists.get(command.list, {}).get(command.audience)
        return known is not None and known.at > command.order
    return isinstance(command, UpsertCustomer) and all(_newest(row, name) > command.order for name in _fields(command))


def is_taken_in(row: Row, command: UpsertCustomer | ChangeMembership) -> bool:
    """Whether the row knows the command: it waits, was applied or refused, or has nothing to say any more."""
    if seen(row, command):
        return True
    if isinstance(command, ChangeMembership):
        known = row.lists.get(command.list, {}).get(command.audience)
        return known is not None and known.at >= command.order
    return all(_newest(row, name) >= command.order for name in _fields(command))


def has_room(row: Row, command: Command) -> bool:
    """Whether the row stays well below DynamoDB's 400 KB with the command in it; an event's body is not in the row."""
    if len(row.events) >= WAITING_EVENTS:
        return False
    row_bytes = len(row.model_dump_json(exclude_defaults=True).encode())
    stored = command.customer if isinstance(command, TrackEvent) else command
    stored_bytes = len(stored.model_dump_json(exclude_unset=True).encode())
    return row_bytes + stored_bytes + _FIELD_BYTES * len(_fields(command)) <= ROW_BYTES


def merge(row: Row, command: Command, *, event_waits: bool = True) -> None:
    """Takes a command in; taking it in twice changes nothing, but that a replay's list is written once more.

    `event_waits` is false for a TrackEvent whose event was sent already: only its fields are taken in.
    """
    row.source_id = row.source_id or command.customer.source_id
    for name, value in _fields(command).items():
        _merge_field(row, name, value, command)
    if isinstance(command, TrackEvent) and event_waits:
        key = event_key(command.connection, command.id, command.order)
        row.events[key] = PendingEvent(at=command.order, by=command.connection)
    if isinstance(command, ChangeMembership):
        _merge_membership(row, command)
    sender_id = _sender_id(command)
    if sender_id is not None and sender_id not in row.sender_ids:
        row.sender_ids = [*row.sender_ids, sender_id][-SENDER_IDS:]


def _fields(command: Command) -> dict[str, Any]:
    """What the command sets; a customer of whom only the id is upserted still wants to exist."""
    fields = command.customer.fields()
    if not fields and isinstance(command, UpsertCustomer):
        return {"source_id": command.customer.source_id}
    return fields


def _sender_id(command: Command) -> str | None:
    """An upsert's id at its sender; an event's is in the key of its row."""
    if command.id is None or isinstance(command, TrackEvent):
        return None
    return f"{command.connection}#{command.id}"


def _newest(row: Row, name: str) -> str:
    """The place of the newest value that was applied or waits."""
    waiting = row.fields.get(name)
    return max(row.applied.get(name, ""), waiting.at if waiting else "")


def _merge_field(row: Row, name: str, value: Any, command: Command) -> None:
    at, by, applied = command.order, command.connection, row.applied.get(name, "")
    if not command.beats(applied):
        return
    waiting = row.fields.get(name)
    if waiting is None:
        row.fields[name] = PendingField(value=value, at=at, by=by)
    elif at > waiting.at:
        replaced = Waiting(value=waiting.value, at=waiting.at, by=waiting.by)
        row.fields[name] = PendingField(value=value, at=at, by=by, replaced=replaced)
    elif at < waiting.at and (waiting.replaced is None or at > waiting.replaced.at):
        waiting.replaced = Waiting(value=value, at=at, by=by)


def _merge_membership(row: Row, command: ChangeMembership) -> None:
    audiences = row.lists.setdefault(command.list, {})
    known = audiences.get(command.audience)
    if known is not None and not command.beats(known.at):
        return
    audiences.pop(_key_by_name(command.name), None)
    audiences[command.audience] = Membership(
        member=command.member, name=command.name, at=command.order, by=command.connection
    )
    row.list_changes[command.list] = row.list_changes.get(command.list, 0) + 1


def learn_list(row: Row, name: str, names: Iterable[str]) -> None:
    """Takes in the audience names that Voucherify has in a list; what is known of an audience by its id stays."""
    audiences = row.lists.setdefault(name, {})
    known = {membership.name for membership in audiences.values()}
    for audience in names:
        if audience not in known:
            audiences[_key_by_name(audience)] = Membership(member=True, name=audience, at="", by="")
    if name not in row.lists_read:
        row.lists_read.append(name)


def _key_by_name(audience_name: str) -> str:
    """The key of an audience of which only the name is known."""
    return f"name:{audience_name}"


def prune(row: Row, now_ms: int) -> None:
    """Forgets what no copy or replay of a command can ask for any more."""
    if 0 < row.erased_until <= now_ms:
        row.erased, row.erased_until = "", 0
    row.refused = [at for at in row.refused if order.accepted_ms(at) > now_ms - KEEP_ENDED_MS]
    oldest = order.place(now_ms - KEEP_APPLIED_MS, "", 0)
    row.applied = {name: at for name, at in row.applied.items() if at > oldest}
    for name in set(row.lists).difference(row.changed_lists()):
        row.lists[name] = {key: m for key, m in row.lists[name].items() if m.member or m.at > oldest}
