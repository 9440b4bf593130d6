"""The customer that a message is about, and the commands about it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cdphub.fields import customer, without_nulls
from cdphub.schema import ChangeMembership, EraseCustomer, TrackEvent, UpsertCustomer
from mparticle.profile import Settings

NOBODY = "somebody without any of the identities in identity_priority"
"""Why nothing is taken of an item that does not say whom it is about."""

Made = TypeVar("Made", UpsertCustomer, TrackEvent, ChangeMembership, EraseCustomer)


@dataclass(frozen=True)
class Subject:
    """A customer, by the id of the connection that speaks of it."""

    connection: str
    settings: Settings
    source_id: str

    def command(self, kind: type[Made], place: str, fields: Mapping[str, Any] | None = None, **more: Any) -> Made:
        """A command about the customer with these fields; raises pydantic.ValidationError."""
        person = customer({"source_id": self.source_id, **(fields or {})}, null_clears=self.settings.null_clears)
        return kind(connection=self.connection, order=place, customer=person, **without_nulls(more))
