"""What Bloomreach's batch webhook sends, if its templates are those of Voucherify's guide.

Shapes: https://docs.voucherify.io/integrations/bloomreach-engagement. Keys that are not known here are ignored, and
every value may be a text, since a template makes it.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from cdphub.codes import Loyalty, Referral
from cdphub.lenient import Object, Scalar, Text
from cdphub.schema import EventName, Metadata


class Address(BaseModel):
    """A postal address."""

    line_1: Text | None = None
    line_2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    country: Text | None = None
    postal_code: Text | None = None


class Customer(BaseModel):
    """A customer; among the keys not known here is the one with the id."""

    model_config = ConfigDict(extra="allow")

    name: Text | None = None
    description: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    birthdate: Text | None = None
    address: Annotated[Address, Object] = Address()
    metadata: Annotated[Metadata, Object] = {}


class Event(BaseModel):
    """A custom event; `source_event_id` and `timestamp` are the hub's own additions, to tell repeats."""

    event: Annotated[EventName, Scalar]
    customer: Customer
    referral: Annotated[Referral, Object] = Referral()
    loyalty: Annotated[Loyalty, Object] = Loyalty()
    metadata: Annotated[Metadata, Object] = {}
    source_event_id: Text | None = None
    timestamp: Text | None = None


def items(body: Any, plural: str) -> list[Any]:
    """The items of a body that is an array, an object that has the array as `plural`, or one item itself."""
    inner = body.get(plural, body) if isinstance(body, dict) else body
    return inner if isinstance(inner, list) else [inner]
