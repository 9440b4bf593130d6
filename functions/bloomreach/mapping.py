"""What Bloomreach's batch webhook sends, as the hub's commands (pure)."""

from typing import Any

from bloomreach import models
from bloomreach.profile import InboundSettings
from cdphub.body import RefusedError
from cdphub.codes import event_parts
from cdphub.connections import Connection
from cdphub.fields import customer, dated
from cdphub.lenient import as_text
from cdphub.parsed import Parsed, Stamp
from cdphub.schema import Customer, TrackEvent, UpsertCustomer, is_id

HARD_IDS = ("main_hard_id", "registered")
"""The names that Voucherify's guides give a customer's ID, in events and in customers."""

_NAMED_KEYS = 10
_KEY_CHARACTERS = 40


class Mapper:
    """Maps the items of one request; its methods raise RefusedError and pydantic.ValidationError."""

    def __init__(self, connection: Connection, stamp: Stamp) -> None:
        self._connection = connection.id
        self._stamp = stamp
        self._settings = InboundSettings.of(connection.settings)
        configured = self._settings.main_hard_id
        self._hard_ids = (configured, *HARD_IDS) if configured else HARD_IDS

    def upsert(self, index: int, item: Any) -> Parsed:
        """Sets the customer's fields."""
        member, omitted = self._customer(models.Customer.model_validate(self._cleaned(item)))
        command = UpsertCustomer(connection=self._connection, order=self._stamp.place(index), customer=member)
        return Parsed([command], 1, omitted=omitted)

    def track(self, index: int, item: Any) -> Parsed:
        """One custom event."""
        event = models.Event.model_validate(self._cleaned(item))
        member, omitted = self._customer(event.customer)
        parts, left_out = event_parts(event.referral, event.loyalty, event.metadata)
        if sender_id := _sender_id(event):
            parts["id"] = sender_id
        command = TrackEvent(
            connection=self._connection,
            order=self._stamp.place(index),
            customer=member,
            event=event.event,
            **parts,
        )
        return Parsed([command], 1, omitted=[*omitted, *left_out])

    def _cleaned(self, item: Any) -> Any:
        return _without_none(item) if self._settings.none_is_null else item

    def _customer(self, given: models.Customer) -> tuple[Customer, list[str]]:
        """The customer, and the names of omitted fields: a birthdate that is no date."""
        sent = given.model_dump(exclude_unset=True)
        fields, omitted = dated({name: sent[name] for name in models.Customer.model_fields if name in sent})
        fields["source_id"] = self._source_id(sent)
        return customer(fields, null_clears=self._settings.null_clears), omitted

    def _source_id(self, sent: dict[str, Any]) -> str:
        for name in self._hard_ids:
            text = as_text(sent.get(name))
            if isinstance(text, str) and is_id(text):
                return text
        # The keys that are no fields come first: the ID must be one of them.
        names = sorted(sent, key=models.Customer.model_fields.__contains__)
        keys = ", ".join(name[:_KEY_CHARACTERS] for name in names[:_NAMED_KEYS]) or "none"
        raise RefusedError("customer", f"has no ID in {' or '.join(self._hard_ids)}; its keys: {keys}")


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items()}
    return None if value == "None" else value


def _sender_id(event: models.Event) -> str | None:
    """What a repeat has too; the customer need not be in it, since ids are compared customer by customer."""
    if event.source_event_id and is_id(event.source_event_id):
        return event.source_event_id
    if event.timestamp and is_id(event.timestamp):
        return f"{event.event}@{event.timestamp}"
    return None
