"""What a call for a publication wishes for, whatever form it came in (pure)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from cdphub.body import RefusedError
from cdphub.lenient import Scalar, Text
from cdphub.schema import Id, Metadata
from publications.parts import NOBODY, Part, Who, plain_is


class Customer(Who):
    """A customer in Voucherify's words."""

    name: Text | None = None
    description: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    birthdate: Text | None = None
    address: dict[str, Text] | None = None
    metadata: Metadata | None = None


class Campaign(Part):
    """A campaign by its name or Voucherify's id, and how many of its codes."""

    name: Annotated[Id, Scalar] | None = None
    count: int = Field(1, ge=1, le=50)


class Wish(Part):
    """One customer's codes, of a campaign or, which wins, one voucher.

    `occasion` is what the codes are given for, `source_id` the caller's own id of the publication. `join_once` asks for
    the customer's only code of the campaign.
    """

    customer: Annotated[Customer, plain_is("source_id")] = Customer()
    campaign: Annotated[Campaign, plain_is("name")] = Campaign()
    voucher: Annotated[Id, Scalar] | None = None
    occasion: Annotated[Id, Scalar] | None = None
    source_id: Annotated[Id, Scalar] | None = None
    join_once: bool = False
    channel: Text | None = None
    metadata: Metadata | None = None

    @property
    def count(self) -> int:
        """How many codes."""
        return 1 if self.voucher else self.campaign.count

    @property
    def named_occasion(self) -> str | None:
        """What the caller names the occasion; None leaves it to the time of the call."""
        return self.occasion or self.source_id

    @property
    def has_own_id(self) -> bool:
        """Whether Voucherify is given an id of the publication, by which it knows a repeat.

        With one it gives a single code, and a customer who joins once may have got that code under another id.
        """
        return self.count == 1 and not self.join_once

    def body(self, source_id: str) -> dict[str, Any]:
        """The publication as Voucherify is asked for it; `source_id` is left out where it is of no use."""
        told = self.model_dump(exclude_unset=True, include={"customer", "channel", "metadata"})
        what = (
            {"voucher": self.voucher} if self.voucher else {"campaign": self.campaign.model_dump(exclude_defaults=True)}
        )
        return {**told, **what, **({"source_id": source_id} if self.has_own_id else {})}


def read(fields: Mapping[str, Any]) -> Wish:
    """Reads a wish; raises RefusedError."""
    try:
        wish = Wish.model_validate(fields)
    except ValidationError as error:
        raise RefusedError.of(error) from None
    if wish.customer.is_nobody:
        raise RefusedError("customer", NOBODY)
    if not (wish.voucher or wish.campaign.name):
        raise RefusedError("campaign", "has no name, and there is no voucher either")
    return wish
