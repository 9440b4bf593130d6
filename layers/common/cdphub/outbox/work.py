"""What is sent next for a customer: one call at a time, with as much in it as goes."""

from dataclasses import dataclass, field

from cdphub.outbox.row import Row


@dataclass(frozen=True)
class ReadLists:
    """The first touch of these lists: what Voucherify has in them must be known before they are written."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Send:
    """One call: a deletion, else an event, else an upsert; the last two with the fields and lists that ride in them.

    `deletion` is the place of the erasure; `fields` maps names to the place of the value sent, `lists` to the change
    count sent.
    """

    event: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    deletion: str | None = None

    def parts(self) -> int:
        """How many commands would be refused together."""
        alone = (self.deletion is not None) + (self.event is not None)
        return len(set(self.fields.values())) + len(self.lists) + alone


Work = ReadLists | Send


def next_work(row: Row, *, owns_lists: bool = False) -> Work | None:
    """The next call; None when nothing waits. With `owns_lists` no list needs to be read."""
    if not row.has_work():
        return None
    if row.deletion:
        return Send(deletion=row.deletion.at)
    unread = [] if owns_lists else row.unread_lists()
    if unread:
        return ReadLists(tuple(unread[:1] if row.split else unread))
    return _next_alone(row) if row.split else _next_together(row)


def _next_together(row: Row) -> Send:
    return Send(
        event=_oldest_event(row),
        fields={name: pending.at for name, pending in row.fields.items()},
        lists={name: row.list_changes[name] for name in row.changed_lists()},
    )


def _next_alone(row: Row) -> Send:
    """One command per call, so that only the bad one dies: fields oldest first, then lists, then the event."""
    if row.fields:
        oldest = min(pending.at for pending in row.fields.values())
        return Send(fields={name: pending.at for name, pending in row.fields.items() if pending.at == oldest})
    for name in row.changed_lists():
        return Send(lists={name: row.list_changes[name]})
    return Send(event=_oldest_event(row))


def _oldest_event(row: Row) -> str | None:
    return min(row.events, key=lambda key: row.events[key].at, default=None)
