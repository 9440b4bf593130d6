"""What calls may carry, and what is said when they carry something else."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from tools.local.sandbox.core import Request
from tools.local.sandbox.voucherify.errors import invalid_payload, invalid_query, transport

_WORDS = {
    "string_type": "must be string",
    "int_type": "must be integer",
    "dict_type": "must be object",
    "model_type": "must be object",
    "list_type": "must be array",
    "string_too_short": "must NOT have fewer than {min_length} characters",
    "string_too_long": "must NOT have more than {max_length} characters",
    "greater_than_equal": "must be >= {ge}",
    "less_than_equal": "must be <= {le}",
}


def _day(value: str) -> str:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise PydanticCustomError("day", "must be a date YYYY-MM-DD")


Day = Annotated[str, AfterValidator(_day)]
Metadata = dict[str, Any]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class Address(_Body):
    line_1: str | None = None
    line_2: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    postal_code: str | None = None


class CustomerFields(_Body):
    """What can be set of a customer; null empties a field, absence leaves it."""

    name: str | None = None
    description: str | None = None
    email: str | None = None
    phone: str | None = None
    birthdate: Day | None = None
    birthday: Day | None = None
    address: Address | None = None
    metadata: Metadata | None = None

    def sent(self) -> dict[str, Any]:
        """The fields that were sent, and nothing else."""
        return self.model_dump(exclude_unset=True, exclude={"id", "source_id"})


class CustomerBody(CustomerFields):
    id: str | None = None
    source_id: str | None = None


class BulkKey(_Body):
    """What every customer of a bulk call must have; the rest is checked one by one, later."""

    source_id: str


class Referral(_Body):
    code: str
    referrer_id: str | None = None


class Loyalty(_Body):
    code: str


class EventBody(_Body):
    event: Annotated[str, Field(min_length=1, max_length=300)]
    customer: CustomerBody
    referral: Referral | None = None
    loyalty: Loyalty | None = None
    metadata: Metadata | None = None


class CampaignChoice(_Body):
    name: str
    count: Annotated[int, Field(ge=1, le=50)] = 1


class PublicationBody(_Body):
    customer: CustomerBody
    campaign: CampaignChoice | None = None
    voucher: str | None = None
    source_id: str | None = None
    channel: str | None = None
    metadata: Metadata | None = None


class QualificationOptions(_Body):
    limit: Annotated[int, Field(ge=1, le=50)] = 5
    sorting_rule: Literal["BEST_DEAL", "LEAST_DEAL", "DEFAULT"] = "DEFAULT"
    expand: list[Literal["redeemable", "category", "validation_rules"]] = []


class QualificationBody(_Body):
    customer: CustomerBody | None = None
    order: dict[str, Any] | None = None
    scenario: Literal[
        "ALL",
        "CUSTOMER_WALLET",
        "AUDIENCE_ONLY",
        "PRODUCTS",
        "PRODUCTS_DISCOUNT",
        "PROMOTION_STACKS",
        "PRODUCTS_BY_CUSTOMER",
        "PRODUCTS_DISCOUNT_BY_CUSTOMER",
    ] = "ALL"
    options: QualificationOptions = QualificationOptions()


Body = TypeVar("Body", bound=BaseModel)


def parse(form: type[Body], value: Any) -> Body:
    """The value in this form; raises the refusal that names its first wrong property."""
    try:
        return form.model_validate(value)
    except ValidationError as error:
        raise invalid_payload(_details(error.errors()[0])) from error


def json_of(request: Request) -> Any:
    """The body of a call as JSON; raises the refusal for anything else."""
    if "json" not in (request.header("Content-Type") or ""):
        raise transport(415, "Unsupported Media Type")
    try:
        return request.json()
    except ValueError as error:
        raise transport(400, "Invalid request payload JSON format") from error


def whole_number(request: Request, name: str, default: int, highest: int) -> int:
    """A number of the query, from 1 on; raises the refusal for anything else."""
    text = request.query.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise invalid_query(f"Property .{name} must be an integer from 1 to {highest}")
    return int(text)


def _details(error: ErrorDetails) -> str:
    """Such as `Property .customer.email must be string`."""
    where = [str(part) for part in error["loc"]]
    if error["type"] == "missing":
        return f"{_owner(where[:-1])} must have required property '{where[-1]}'"
    words = _WORDS.get(error["type"], error["msg"])
    return f"{_owner(where)} {words.format(**error.get('ctx', {}))}"


def _owner(where: list[str]) -> str:
    return "Property ." + ".".join(where) if where else "Payload"
