"""A request's body as one of mParticle's messages, and what that becomes (pure)."""

from collections.abc import Callable, Mapping
from typing import Any

from cdphub.body import RefusedError, read_any
from cdphub.connections import Connection
from cdphub.parsed import Parsed, Stamp
from mparticle import audiences, batches, privacy, raw
from mparticle.models import Batch, MembershipChange, Message, Registration, SubjectRequest, Subscription
from mparticle.values import filled_text

_MODELS: Mapping[str, type[Message]] = {
    "module_registration_request": Registration,
    "event_processing_request": Batch,
    "audience_membership_change_request": MembershipChange,
    "audience_subscription_request": Subscription,
    "dsr_processing_request": SubjectRequest,
}


def read(body: bytes) -> Message:
    """The message; one of a type that is not known is a bare `Message`. Raises RefusedError for anything else."""
    given = read_any(body)
    if not isinstance(given, dict):
        raise RefusedError("body", "must be an object")
    kind = filled_text(given.get("type"))
    if kind is not None:
        return _MODELS.get(kind, Message).model_validate(given)
    if not raw.is_batch(given):
        raise RefusedError("type", "is missing, and there is no batch of events")
    return Batch.model_validate(raw.as_firehose(given))


def parse(message: Message, connection: Connection, stamp: Stamp) -> Parsed:
    """The message's commands."""
    return _PARSERS[type(message)](message, connection, stamp)


def _register(*_: object) -> Parsed:
    return Parsed([], 0)


def _ignore(*_: object) -> Parsed:
    """Firehose grows: an answer that refuses what is new could end all that is sent."""
    return Parsed([], 0, omitted=["a message of unknown type"])


_PARSERS: Mapping[type[Message], Callable[[Any, Connection, Stamp], Parsed]] = {
    Message: _ignore,
    Registration: _register,
    Batch: batches.parse,
    MembershipChange: audiences.parse,
    Subscription: audiences.subscription,
    SubjectRequest: privacy.parse,
}
