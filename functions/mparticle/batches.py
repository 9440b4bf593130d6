"""A batch of one user's events, as the hub's commands (pure).

One upsert comes first and has all of the user's fields, so that the outbox sends them along with the first event; the
events follow in the order of their times.
"""

from collections.abc import Sequence

from cdphub.batch import each
from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from cdphub.schema import TrackEvent, UpsertCustomer
from mparticle import feed
from mparticle.attributes import customer_fields
from mparticle.changes import CHANGES, attributes_after, identities_after
from mparticle.identities import source_ids
from mparticle.models import Batch, Event
from mparticle.profile import Settings
from mparticle.subject import NOBODY, Subject
from mparticle.tracking import custom_event

_UNWANTED = "an event of a kind that is not wanted"


def parse(batch: Batch, connection: Connection, stamp: Stamp) -> Parsed:
    """The user's fields and custom events; nothing of a user without a usable identity."""
    if not batch.asks():
        return Parsed([], 0)
    settings = Settings.model_validate(connection.settings)
    own = feed.is_own_batch(batch, settings.feed_name)
    found = source_ids(batch.identities(), settings.identity_priority)
    if own or not found:
        items = max(1, len(batch.events))
        return Parsed([], items, skipped=[feed.OWN if own else NOBODY] * items)
    return _taken(Subject(connection.id, settings, found[0]), batch, stamp)


def _taken(subject: Subject, batch: Batch, stamp: Stamp) -> Parsed:
    in_order = sorted(enumerate(batch.events), key=lambda item: item[1].timestamp_ms)
    events = [event for _, event in in_order]
    tracked = each(events, lambda number, event: _track(subject, event, stamp.place(number + 1)))
    foreign = [event for event in events if not feed.is_own_event(event)]
    if events and not foreign:
        return tracked
    upserted = each([foreign], lambda number, events: _upsert(subject, batch, events, stamp.place(number)))
    return Parsed(
        [*upserted.commands, *tracked.commands],
        tracked.accepted if events else upserted.accepted,
        [*upserted.rejected, *sorted((in_order[number][0], reason) for number, reason in tracked.rejected)],
        [*upserted.omitted, *tracked.omitted],
        tracked.skipped,
    )


def _upsert(subject: Subject, batch: Batch, events: Sequence[Event], place: str) -> Parsed:
    """All of the user's fields; a user of whom only the id is known is worth a call if nothing else came with it."""
    fields, omitted = customer_fields(identities_after(batch, events), attributes_after(batch, events))
    # The webhook may send a batch event by event, each time with the batch's id.
    sender_id = "#".join(filter(None, (batch.id, *(event.id for event in events[-1:]))))
    command = subject.command(UpsertCustomer, place, fields, id=sender_id or None)
    worth_it = command.customer.fields() or not batch.events
    return Parsed([command] if worth_it else [], 1, omitted=omitted)


def _track(subject: Subject, event: Event, place: str) -> Parsed:
    if feed.is_own_event(event):
        return Parsed([], 1, skipped=[feed.OWN])
    if event.type in CHANGES:
        return Parsed([], 1)
    taken = custom_event(event, subject.settings)
    if taken is None:
        return Parsed([], 1, skipped=[_UNWANTED])
    fields, omitted = taken
    return Parsed([subject.command(TrackEvent, place, id=event.id, **fields)], 1, omitted=omitted)
