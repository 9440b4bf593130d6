"""What mParticle sends, as far as the hub uses it.

Shapes: https://github.com/mParticle/mparticle-firehose-java-sdk, examples/json/schema. Its enumerations grow and its
values are not always of the type they should be, so a value of the wrong type counts as missing: one of them must never
cost a whole message. What is needed and missing, the mappings report.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from mparticle.identities import read_identities
from mparticle.values import as_object, filled_text, is_scalar


def _as_objects(value: Any) -> Any:
    return [as_object(item) for item in value] if isinstance(value, list) else []


def _as_milliseconds(value: Any) -> Any:
    return value if type(value) is int else 0


def _as_scalar(value: Any) -> Any:
    return value if is_scalar(value) else None


Text = Annotated[str | None, BeforeValidator(filled_text)]
Object = Annotated[dict[str, Any], BeforeValidator(as_object)]
Objects = BeforeValidator(_as_objects)
Milliseconds = Annotated[int, BeforeValidator(_as_milliseconds)]
Scalar = Annotated[Any, BeforeValidator(_as_scalar)]
Identities = Annotated[dict[str, str], BeforeValidator(read_identities)]


class Message(BaseModel):
    """What every Firehose message has; the raw webhook's have neither `type` nor `account`."""

    type: Text = None
    id: Text = None
    timestamp_ms: Milliseconds = 0
    firehose_version: Text = None
    account: Object = {}

    def asks(self) -> bool:
        """Whether it asks for anything; mParticle also sends messages only to see them answered."""
        return False


class Registration(Message):
    """`module_registration_request`: asks what the integration is and may be sent."""


class Person(BaseModel):
    """Whoever a batch of events or an audience's change is about."""

    user_identities: Identities = {}
    mpid: Text = None

    def identities(self) -> dict[str, str]:
        """All identities by name, the mParticle ID among them."""
        return self.user_identities | ({"mpid": self.mpid} if self.mpid else {})


class Item(BaseModel):
    """A product or a promotion."""

    id: Text = None
    name: Text = None


class Impression(BaseModel):
    """Products that were shown together."""

    products: Annotated[list[Item], Objects] = []


class Event(BaseModel):
    """An event of any type, with the fields of all types."""

    type: Text = None
    id: Text = None
    timestamp_ms: Milliseconds = 0
    name: Text = None
    attributes: Object = {}
    screen_name: Text = None
    added: Any = None
    removed: Any = None
    action: Text = None
    transaction_id: Scalar = None
    affiliation: Scalar = None
    total_amount: Scalar = None
    tax_amount: Scalar = None
    shipping_amount: Scalar = None
    currency_code: Scalar = None
    coupon_code: Scalar = None
    products: Annotated[list[Item], Objects] = []
    promotions: Annotated[list[Item], Objects] = []
    impressions: Annotated[list[Impression], Objects] = []


class PlatformFields(BaseModel):
    """Where in mParticle a batch comes from."""

    input_name: Text = None


class Batch(Message, Person):
    """`event_processing_request`: events of one user."""

    user_attributes: Object = {}
    user_attribute_lists: Object = {}
    platform_fields: Annotated[PlatformFields, BeforeValidator(as_object)] = PlatformFields()
    events: Annotated[list[Event], Objects] = []

    def asks(self) -> bool:
        return bool(self.events or self.identities())


class AttributeChange(BaseModel):
    """A user attribute that is set (`upsert`) or removed (`delete`)."""

    key: Text = None
    action: Text = None
    value: Any = None
    list_value: Any = None


class Audience(BaseModel):
    """What became of a user in an audience: `add`, `delete`, or `attribute_update` of a member."""

    audience_id: Text = None
    audience_name: Text = None
    action: Text = None
    user_attributes: Annotated[list[AttributeChange], Objects] = []


class UserProfile(Person):
    """A user and the audiences that changed for it."""

    audiences: Annotated[list[Audience], Objects] = []


class MembershipChange(Message):
    """`audience_membership_change_request`: users who joined or left audiences, up to thousands."""

    user_profiles: Annotated[list[UserProfile], Objects] = []

    def asks(self) -> bool:
        return bool(self.user_profiles)


class Subscription(Message):
    """`audience_subscription_request`: an audience begins to be sent (`add`), changes (`update`) or ends (`remove`)."""

    action: Text = None

    def asks(self) -> bool:
        return True


class SubjectRequest(Message):
    """`dsr_processing_request`: what a person asks for by law."""

    subject_request_id: Text = None
    subject_request_type: Text = None
    subject_identities: Identities = {}

    def asks(self) -> bool:
        return True
