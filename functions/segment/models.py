"""What Segment's Voucherify (Actions) destination sends, one item per request.

Shapes: https://github.com/segmentio/action-destinations, packages/destination-actions/src/destinations/voucherify.
Keys that are not known here are ignored; so is `type` where nothing depends on it, since a user's mapping may send
anything there.
"""

from typing import Annotated, Any

from pydantic import BaseModel, model_validator

from cdphub.codes import Loyalty, Referral
from cdphub.lenient import Object, Scalar, Text
from cdphub.schema import EventName, Id, Metadata


class Address(BaseModel):
    """A postal address in Segment's words."""

    street: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class CustomerBody(BaseModel):
    """The action "Upsert Customer"."""

    source_id: Annotated[Id, Scalar]
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    description: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    birthdate: Text | None = None
    address: Annotated[Address, Object] = Address()
    metadata: Annotated[Metadata, Object] = {}


class Customer(BaseModel):
    """Whom an event or a group is about."""

    source_id: Annotated[Id, Scalar]
    email: Text | None = None


class EventBody(BaseModel):
    """The action "Add Custom Event"; an event without a name is called by its type."""

    customer: Annotated[Customer, Object]
    event: Annotated[EventName, Scalar]
    referral: Annotated[Referral, Object] = Referral()
    loyalty: Annotated[Loyalty, Object] = Loyalty()
    metadata: Annotated[Metadata, Object] = {}

    @model_validator(mode="before")
    @classmethod
    def _named(cls, body: Any) -> Any:
        if isinstance(body, dict) and body.get("event") in (None, ""):
            return {**body, "event": body.get("type")}
        return body


class GroupBody(BaseModel):
    """The action "Assign Customer To Group"."""

    customer: Annotated[Customer, Object]
    group_id: Annotated[Id, Scalar]
    traits: Annotated[Metadata, Object] = {}
