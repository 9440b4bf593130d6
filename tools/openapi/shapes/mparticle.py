"""What mParticle sends: Firehose's messages, and the raw webhook's batches."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from mparticle import models
from mparticle.identities import read_identities
from mparticle.values import as_object, filled_text
from tools.openapi.answers import Accepted
from tools.openapi.plain import Schema
from tools.openapi.schemas import or_else
from tools.openapi.shapes import Shapes

_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}

_IDENTITY: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "identity_type": {"type": "string", "description": "The same, in the raw webhook"},
        "encoding": {"type": "string", "description": "What is hashed counts as missing"},
        "value": _SCALAR,
        "identity": _SCALAR,
    },
}

_IDENTITIES: Schema = {"anyOf": [{"type": "array", "items": _IDENTITY}, {"type": ["object", "null"]}]}


class Registration(models.Registration):
    """Asks what the integration is and may be sent; needs no key."""

    type: Literal["module_registration_request"]


class Events(models.Batch):
    """Events of one user."""

    type: Literal["event_processing_request"]


class MembershipChange(models.MembershipChange):
    """Users who joined or left audiences."""

    type: Literal["audience_membership_change_request"]


class Subscription(models.Subscription):
    """An audience begins to be sent, changes, or ends."""

    type: Literal["audience_subscription_request"]


class SubjectRequest(models.SubjectRequest):
    """What a person asks for by law: erasure, access or portability."""

    type: Literal["dsr_processing_request"]


class RawEvent(BaseModel):
    """An event of the raw webhook."""

    event_type: str
    data: dict[str, Any]


class RawBatch(BaseModel):
    """A batch of the raw webhook, with one of these at least."""

    events: list[RawEvent] = []
    user_identities: models.Identities = {}
    user_attributes: dict[str, Any] = {}
    mpid: models.Text = None


class FirehoseAnswer(BaseModel):
    """The response that is for the message's type; some types' say more."""

    model_config = ConfigDict(extra="allow")

    type: str
    id: str
    timestamp_ms: int
    firehose_version: str


SHAPES = Shapes(
    bodies={
        "/mparticle": (
            "Firehose's messages, by `type`, and the raw webhook's batches; what is of a wrong type counts as missing",
            Registration | Events | MembershipChange | Subscription | SubjectRequest | RawBatch,
        )
    },
    accepted=FirehoseAnswer | Accepted,
    wire={
        filled_text: lambda _: _SCALAR,
        as_object: lambda _: {"type": ["object", "null"]},
        models.Objects.func: or_else({"type": "null"}),
        read_identities: lambda _: _IDENTITIES,
    },
    is_open=True,
)
