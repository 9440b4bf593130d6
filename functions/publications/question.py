"""What a call looks up, whatever form it came in (pure): two of Voucherify's calls that change nothing.

The customer, whose profile tells loyalty points: https://docs.voucherify.io/api-reference/customers/get-customer.
What the customer can redeem, the best deal first if asked for so:
https://docs.voucherify.io/api-reference/qualifications/check-eligibility.
"""

import json
from abc import abstractmethod
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from cdphub.api import Request
from cdphub.body import RefusedError
from cdphub.lenient import Text
from cdphub.publishing import CUSTOMER, QUALIFICATIONS
from cdphub.schema import Id, Metadata
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.client import Voucherify
from publications import forms
from publications.parts import NOBODY, Part, Who, plain_is

_CUSTOMERS = CUSTOMER[1].partition("/{")[0]


class Question(Part):
    """One call that only reads."""

    def key(self, connection: str) -> str:
        """What its answer is kept under: the connection, the call, and all that is asked for."""
        return json.dumps([connection, type(self).__name__, self.model_dump(mode="json")], sort_keys=True)

    @abstractmethod
    def ask(self, voucherify: Voucherify, within_ms: int) -> Answer:
        """Voucherify's answer."""

    @abstractmethod
    def is_answered_by(self, body: Any) -> bool:
        """Whether a yes with this body is about what was asked."""


class CustomerQuestion(Question):
    """A customer's profile, by Voucherify's id or the source_id."""

    customer: Id

    def ask(self, voucherify: Voucherify, within_ms: int) -> Answer:
        """The profile; 404 if there is none."""
        return voucherify.read_customer(self.customer, within_ms)

    def is_answered_by(self, body: Any) -> bool:
        """Whether it is this customer's."""
        return isinstance(body, dict) and self.customer in (body.get("id"), body.get("source_id"))


class Order(Part):
    """What the customer may be about to buy."""

    model_config = ConfigDict(extra="allow")

    amount: int | None = None


class Options(Part):
    """How many, in which order, with which details."""

    model_config = ConfigDict(extra="allow")

    limit: int | None = Field(None, ge=1, le=50)
    expand: Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)] | None = (
        None
    )


class QualificationsQuestion(Question):
    """What a customer can redeem. Of the customer only the id is sent, so that nothing is written by the way."""

    customer: Annotated[Who, plain_is("source_id")] = Who()
    order: Order | None = None
    scenario: Text | None = None
    options: Options | None = None
    metadata: Metadata | None = None

    def ask(self, voucherify: Voucherify, within_ms: int) -> Answer:
        """The redeemables."""
        return voucherify.qualify(self.model_dump(exclude_unset=True), within_ms)

    def is_answered_by(self, body: Any) -> bool:
        """Whether there are redeemables, of which only their request tells whose they are."""
        return isinstance(body, dict) and isinstance(body.get("redeemables"), dict)


def read(request: Request, path: str) -> Question | None:
    """The question of a request with this path, in Voucherify's words; None if it is none; raises RefusedError."""
    if (request.method, path) == QUALIFICATIONS:
        return _qualifications(request)
    if request.method == CUSTOMER[0] and f"{path}/".startswith(f"{_CUSTOMERS}/"):
        return _customer(path[len(_CUSTOMERS) + 1 :])
    return None


def _customer(name: str) -> CustomerQuestion:
    try:
        return CustomerQuestion(customer=name)
    except ValidationError as error:
        raise RefusedError.of(error) from None


def _qualifications(request: Request) -> QualificationsQuestion:
    try:
        question = QualificationsQuestion.model_validate(forms.asked(request))
    except ValidationError as error:
        raise RefusedError.of(error) from None
    if question.customer.is_nobody:
        raise RefusedError("customer", NOBODY)
    return question
