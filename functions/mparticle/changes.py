"""What a batch says about its user, with the changes that its events tell (pure).

Whether `user_attributes` stand for the time before or after the batch's own changes is not documented; with the changes
put on top it makes no difference.
"""

from collections.abc import Iterable
from typing import Any

from mparticle.identities import read_identities
from mparticle.models import Batch, Event
from mparticle.values import as_object

IDENTITY_CHANGE, ATTRIBUTE_CHANGE = CHANGES = ("user_identity_change", "user_attribute_change")


def identities_after(batch: Batch, events: Iterable[Event]) -> dict[str, str | None]:
    """The user's identities after these events, null where one was removed and not replaced."""
    current: dict[str, str | None] = dict(batch.user_identities)
    for event in events:
        if event.type == IDENTITY_CHANGE:
            removed = read_identities(event.removed)
            current |= {name: None for name, value in removed.items() if current.get(name, value) == value}
            current |= read_identities(event.added)
    return current


def attributes_after(batch: Batch, events: Iterable[Event]) -> dict[str, Any]:
    """The user's attributes after these events, null where one was removed; one that changed is removed and added."""
    current = batch.user_attributes | batch.user_attribute_lists
    for event in events:
        if event.type == ATTRIBUTE_CHANGE:
            current |= dict.fromkeys(as_object(event.removed)) | as_object(event.added)
    return current
