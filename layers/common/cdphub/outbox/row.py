"""The customer row: what waits, what was applied, what was seen, and whose turn it is.

A *place* is a command's place in the order (cdphub.order); times are hub milliseconds.
"""

import hashlib
from typing import Any

from pydantic import BaseModel, Field

from cdphub import order
from cdphub.clock import DAY
from cdphub.store.outbox import CustomerItem

SHARDS = 16

# Longer than dead letters can be replayed.
KEEP_APPLIED_MS = 100 * DAY

# How the key of a bulk job begins; a worker's turn is named otherwise.
JOB = "job#"


class Waiting(BaseModel):
    """A value on its way: fields of the same place are one command, brought by connection `by`."""

    value: Any
    at: str
    by: str


class PendingField(Waiting):
    """The newest value; `replaced` is the waiting one it replaced, kept in case the newer one is refused."""

    replaced: Waiting | None = None


class Membership(BaseModel):
    """The newest change of one audience; at place "" it is as the first read of the list found it."""

    member: bool
    name: str
    at: str
    by: str


class PendingEvent(BaseModel):
    """An event whose body is a row of its own."""

    at: str
    by: str


class PendingDeletion(BaseModel):
    """An erasure that Voucherify must still be told of."""

    at: str
    by: str


class Carried(BaseModel):
    """What a bulk job carries of a customer: the place of each field's value, the change count of each list."""

    fields: dict[str, str] = Field(default_factory=dict)
    lists: dict[str, int] = Field(default_factory=dict)


class Row(BaseModel):
    """One customer of one project; `source_id` is empty when nothing is left but an erasure, as a tombstone.

    `lists` holds memberships per list and audience. `list_changes` counts a list's changes, and `list_written` is the
    count that was last written: a counter, because the newest place is no version of a list. `lists_read` are the lists
    whose content at Voucherify is known. `lease_until` is the end of the holder's invocation; `not_before` forbids
    calls until then.
    `newest_event` is the place of the newest event sent. A `lease` may name a bulk job (cdphub.outbox.job), which ends
    in its own time; `carried` is what that job has of the row. `single` keeps the customer out of bulk jobs.
    `erased` is the place of the newest erasure, known until `erased_until`: nothing up to there comes back. At
    `purge_at` what is stored of the customer outside of the row is deleted once more.
    """

    source_id: str = ""

    fields: dict[str, PendingField] = Field(default_factory=dict)
    events: dict[str, PendingEvent] = Field(default_factory=dict)
    lists: dict[str, dict[str, Membership]] = Field(default_factory=dict)

    applied: dict[str, str] = Field(default_factory=dict)
    list_changes: dict[str, int] = Field(default_factory=dict)
    list_written: dict[str, int] = Field(default_factory=dict)
    lists_read: list[str] = Field(default_factory=list)

    newest_event: str = ""
    sender_ids: list[str] = Field(default_factory=list)
    refused: list[str] = Field(default_factory=list)

    lease: str | None = None
    lease_until: int = 0
    not_before: int = 0
    failures: int = 0
    first_failure: int = 0
    split: bool = False
    single: bool = False
    carried: Carried | None = None
    due: int | None = None

    erased: str = ""
    erased_until: int = 0
    deletion: PendingDeletion | None = None
    purge_at: int | None = None

    @property
    def job(self) -> str | None:
        """The bulk job that holds the row."""
        return self.lease if self.lease is not None and self.lease.startswith(JOB) else None

    def changed_lists(self) -> list[str]:
        """The lists that changed since they were last written, in a stable order."""
        return sorted(name for name, count in self.list_changes.items() if count != self.list_written.get(name, 0))

    def unread_lists(self) -> list[str]:
        """The changed lists that must be read before they can be written."""
        return [name for name in self.changed_lists() if name not in self.lists_read]

    def has_work(self) -> bool:
        """Whether anything waits to be sent."""
        return bool(self.deletion or self.fields or self.events or self.changed_lists())

    def release(self, due: int | None) -> None:
        """Gives the turn back; `due` is when somebody must look again, None when nothing is left to send."""
        self.lease, self.lease_until, self.carried = None, 0, None
        self.due = self.purge_at if due is None else due


def partition(project: str, salt: str, source_id: str) -> str:
    """The partition key of a customer: tells nothing about the person to whoever lacks the salt."""
    hashed = hashlib.sha256(f"{salt}\n{source_id}".encode()).hexdigest()
    return f"{project}#{hashed[:32]}"


def shard(pk: str) -> str:
    """The index partition of a customer: project and one of 16, so that none is hot."""
    project, _, hashed = pk.rpartition("#")
    return f"{project}#{int(hashed[:8], 16) % SHARDS}"


def shards(project: str) -> list[str]:
    """All index partitions of a project."""
    return [f"{project}#{number}" for number in range(SHARDS)]


def event_key(connection: str, sender_id: str | None, order: str) -> str:
    """The key of an event row: the sender's own id if it has one, so that its repeat meets the row."""
    if sender_id is None:
        return order
    return hashlib.sha256(f"{connection}\n{sender_id}".encode()).hexdigest()[:32]


def load(item: CustomerItem) -> Row:
    """The row of a stored item."""
    return Row.model_validate_json(item.text)


def dump(pk: str, row: Row, version: int) -> CustomerItem:
    """The item that replaces the one read with `version`; 0 if there was none."""
    text = row.model_dump_json(exclude_defaults=True)
    return CustomerItem(text, version, shard(pk), row.lease, row.due, _expires(row))


def _expires(row: Row) -> int | None:
    """When nobody can ask for anything in the row any more; None while anything waits, or there is a membership."""
    memberships = [one for audiences in row.lists.values() for one in audiences.values()]
    if row.lease or row.due is not None or row.has_work() or any(one.member for one in memberships):
        return None
    newest = max([*row.applied.values(), *row.refused, row.newest_event, *(one.at for one in memberships)])
    known_until = order.accepted_ms(newest) + KEEP_APPLIED_MS if newest else 0
    return max(known_until, row.erased_until) or None
