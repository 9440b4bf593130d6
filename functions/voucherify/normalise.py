"""What Voucherify sends as canonical events (pure).

Three envelopes: of project webhooks and of distributions (the type is `event.type`; a distribution's own `type` is free
text), and of the activity API (`data.data`). A distribution with "raw payload" has none, and cannot be told.
https://docs.voucherify.io/api-reference/project-settings-webhooks
https://docs.voucherify.io/api-reference/distribution-webhooks
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdphub.outbound.events import Event, Person
from cdphub.times import as_utc, utc
from voucherify.lifecycle import DELETED, unmarked
from voucherify.publication import with_codes

# The events of project webhooks that a customer event tells as well.
TWINS = {
    "redemption.succeeded": "customer.redemption.succeeded",
    "redemption.failed": "customer.redemption.failed",
    "redemption.rollback.succeeded": "customer.redemption.rollback.succeeded",
    "redemption.rollback.failed": "customer.redemption.rollback.failed",
    "publication.succeeded": "customer.publication.succeeded",
}
# Voucherify's page on distributions calls one event otherwise than its siblings.
_ALIASES = {**TWINS, "loyalty_card.pending_points.updated": "customer.voucher.loyalty_card.pending_points.updated"}
# publication.succeeded tells the same.
NEVER = "voucher.published"

KINDS = ("webhook", "distribution")
"""What sends webhooks, as `source.object` has it: the project's settings, and distributions."""

# The object whose id an event's copies share, by the beginning of the type. Others are known by the event's own id:
# one redemption can give several rewards.
SUBJECTS = {
    "customer.redemption.rollback.": "redemption_rollback",
    "customer.redemption.": "redemption",
    "customer.publication.": "publication",
    "customer.reward_redemptions.": "reward_redemption",
    "customer.validation.": "validation",
}


@dataclass(frozen=True)
class Ignored:
    """Something that is acknowledged and counted, but not forwarded."""

    reason: str


@dataclass(frozen=True)
class _Opened:
    """The parts of an envelope."""

    type: str
    id: str
    created_at: Any
    data: Mapping[str, Any]


def normalise(body: Any, received_ms: int) -> Event | Ignored:
    """The event that a webhook's body tells, or why it is none; one without a time happened when it came."""
    opened = _open(body)
    if opened is None:
        return Ignored("no envelope")
    if opened.type == NEVER:
        return Ignored("told by publication.succeeded")
    event_type = canonical(opened.type)
    data = _corrected(event_type, opened.data)
    customer = _customer(data.get("customer"))
    if customer is None:
        return Ignored("no customer")
    return Event(
        key=f"{event_type}:{_subject(event_type, opened)}",
        type=event_type,
        id=opened.id,
        occurred_at=as_utc(opened.created_at) or utc(received_ms),
        customer=customer,
        data=data,
    )


def canonical(event_type: str) -> str:
    """The customer event's name of an event that Voucherify has several names for."""
    return _ALIASES.get(event_type, event_type)


def caused_by(body: Any) -> str | None:
    """The application id of the API key whose call has caused the event; None if no such call has."""
    envelope = _object(body)
    told = (_object(envelope.get(name)).get("event_source") for name in ("event", "data"))
    keys = (_object(_object(source).get("api_key")).get("app_id") for source in told)
    return next((key for key in keys if isinstance(key, str)), None)


def kind_of(body: Any) -> str | None:
    """Which of KINDS has sent a webhook; None if it does not say."""
    kind = _object(_object(body).get("source")).get("object")
    return kind if kind in KINDS else None


def _open(body: Any) -> _Opened | None:
    envelope = _object(body)
    data, event = _object(envelope.get("data")), _object(envelope.get("event"))
    if not event and isinstance(data.get("data"), dict):
        event, data = envelope, data["data"]
    event_type, event_id = _text(event.get("type")), _text(event.get("id"))
    if event_type is None or event_id is None:
        return None
    return _Opened(event_type, event_id, event.get("created_at"), data)


def _corrected(event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    if event_type == DELETED:
        return unmarked(data)
    return with_codes(data) if event_type == "customer.publication.succeeded" else dict(data)


def _subject(event_type: str, opened: _Opened) -> str:
    name = next((subject for begin, subject in SUBJECTS.items() if event_type.startswith(begin)), "")
    return _text(_object(opened.data.get(name)).get("id")) or opened.id


def _customer(value: Any) -> Person | None:
    known = {name: _text(_object(value).get(name)) for name in Person.model_fields}
    return Person(**known) if known["id"] or known["source_id"] else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
