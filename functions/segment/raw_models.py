"""Messages of Segment's Spec as they are, and the customer that a mapping makes of one.

https://segment.com/docs/connections/spec/common/
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from cdphub.lenient import Object, Scalar, Text
from cdphub.schema import Id
from segment import models


def _or_none(value: Any) -> Any:
    return None if value == "" else value


_Absent = BeforeValidator(_or_none)

Traits = Annotated[dict[str, Any], Object]


class Message(BaseModel):
    """What the hub looks at in messages of all types. Segment itself takes a messageId of at most 100 characters."""

    type: Literal["identify", "track", "page", "screen", "group", "alias", "delete"]
    user_id: Annotated[Id | None, Scalar, _Absent] = Field(None, validation_alias="userId")
    anonymous_id: Annotated[Id | None, Scalar, _Absent] = Field(None, validation_alias="anonymousId")
    message_id: Annotated[str | None, Field(max_length=255), Scalar, _Absent] = Field(
        None, validation_alias="messageId"
    )
    event: Any = None
    name: Text | None = None
    group_id: Annotated[Id | None, Scalar, _Absent] = Field(None, validation_alias="groupId")
    traits: Traits = {}
    properties: Traits = {}
    context: Any = None


class Address(models.Address):
    """A postal address in Voucherify's words."""

    street: Text | None = Field(None, validation_alias="line_1")
    line_2: Text | None = None


class CustomerBody(models.CustomerBody):
    """A customer in the words of a mapping's targets."""

    first_name: Text | None = Field(None, validation_alias="firstName")
    last_name: Text | None = Field(None, validation_alias="lastName")
    address: Annotated[Address, Object] = Address()
