"""The canonical inbound schema: what every CDP's input becomes, and what travels in apply's queue.

A field that is absent means "leave alone"; one that is None means "clear" (a mapping leaves nulls out unless the
connection asks for clearing). A *field* is the smallest thing that is ordered and sent alone: `name`, `address.city`,
`metadata.plan`; a nested metadata value or a list is one field.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

VERSION = 1

# The dots would change the path of a URL that has the id in it.
_NOT_IDS = ("", "None", "null", "undefined", ".", "..")
_DEEPEST = 32


def is_id(text: str) -> bool:
    """Whether the text can be an id: an empty text, dots and placeholders like null cannot."""
    return text.strip() not in _NOT_IDS


def _checked_id(value: str) -> str:
    if not is_id(value):
        raise ValueError("must be an id; an empty text, dots and placeholders like null are none")
    return value


def _can_travel(value: JsonValue, depth: int = 0) -> JsonValue:
    if depth > _DEEPEST:
        raise ValueError(f"must not be nested more than {_DEEPEST} levels deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must not have numbers that JSON cannot hold")
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _can_travel(inner, depth + 1)
    return value


Id = Annotated[str, Field(max_length=512), AfterValidator(_checked_id)]
EventName = Annotated[str, Field(min_length=1, max_length=300)]
Metadata = Annotated[dict[str, JsonValue], AfterValidator(_can_travel)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Address(_Strict):
    """A postal address in Voucherify's words."""

    line_1: str | None = None
    line_2: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    postal_code: str | None = None


class Customer(_Strict):
    """A customer in Voucherify's words; `birthdate` is YYYY-MM-DD."""

    source_id: Id
    name: str | None = None
    description: str | None = None
    email: str | None = None
    phone: str | None = None
    birthdate: str | None = None
    address: Address | None = None
    metadata: Metadata | None = None

    def fields(self) -> dict[str, Any]:
        """The fields that are set, by name: {"name": ..., "address.city": ..., "metadata.plan": ...}."""
        flat: dict[str, Any] = {}
        for name, value in self.model_dump(exclude_unset=True, exclude={"source_id"}).items():
            if name in ("address", "metadata"):
                flat |= {f"{name}.{key}": inner for key, inner in (value or {}).items()}
            else:
                flat[name] = value
        return flat

    @classmethod
    def of(cls, source_id: str, fields: Mapping[str, Any]) -> "Customer":
        """The customer with these fields, named as `fields` names them."""
        nested: dict[str, Any] = {}
        for name, value in fields.items():
            group, dot, key = name.partition(".")
            if dot:
                nested.setdefault(group, {})[key] = value
            else:
                nested[name] = value
        return cls.model_validate(nested | {"source_id": source_id})


class _Command(_Strict):
    """What every command has.

    `order` is its place (cdphub.order), which holds the time of acceptance and the trace id; `id` the sender's own id
    for it, if it has one; `connection` the connection that brought it. A dead letter's command that is sent again has
    in `replay_of` the place at which it died, and another `order` only if it is to count as accepted anew.
    """

    connection: str
    order: str
    id: str | None = None
    customer: Customer
    replay_of: str | None = None

    @property
    def origin(self) -> str:
        """The place at which it was first accepted: what was erased since must not come back."""
        return self.replay_of or self.order

    def beats(self, place: str) -> bool:
        """Whether it changes what a command of this place has set; a replay also does at its own, where it died."""
        return self.order > place or (self.order == place and self.replay_of is not None)


class UpsertCustomer(_Command):
    """Sets the customer's fields that are given."""

    kind: Literal["upsert"] = "upsert"


class Referral(_Strict):
    """A referral: the code used, and who referred."""

    code: str | None = None
    referrer_id: str | None = None


class Loyalty(_Strict):
    """The loyalty card to credit."""

    code: str | None = None


class TrackEvent(_Command):
    """A custom event; the customer fields it carries are set with it."""

    kind: Literal["track"] = "track"
    event: EventName
    referral: Referral | None = None
    loyalty: Loyalty | None = None
    metadata: Metadata | None = None


class ChangeMembership(_Command):
    """The customer joins or leaves an audience; `list` is the metadata key that holds the customer's audiences.

    An audience is remembered by its immutable `audience` id and written by its `name`, so that a rename replaces.
    """

    kind: Literal["membership"] = "membership"
    list: str
    audience: Id
    name: str = Field(min_length=1)
    member: bool


class EraseCustomer(_Command):
    """Deletes the customer for good, and all that the hub keeps of it; nothing accepted earlier comes back.

    With `already_deleted` somebody has deleted it at Voucherify, and the hub only forgets.
    """

    kind: Literal["erase"] = "erase"
    already_deleted: bool = False


Command = Annotated[UpsertCustomer | TrackEvent | ChangeMembership | EraseCustomer, Field(discriminator="kind")]


class Commands(_Strict):
    """The message that brings a project's commands to apply."""

    v: Literal[1] = 1
    project: str
    commands: list[Command]


class Token(_Strict):
    """The message that reminds apply of a customer whose wait is short, or of all due customers of a project."""

    v: Literal[1] = 1
    project: str
    customer: str | None = None
