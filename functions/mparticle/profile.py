"""What generic code knows about mParticle."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.failures import FailureClass
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import Profile, Route
from cdphub.urls import BaseUrl
from mparticle.identities import Identity, UserIdentity, canonical


class Settings(profile.OutboundSettings):
    """The settings of a connection to mParticle."""

    pod: Literal["us1", "us2", "eu1", "au1"] = Field("us1", description="The mParticle account's data centre")
    base_url: BaseUrl | None = Field(None, description="Endpoint URL that the feed shows, instead of the pod's")
    environment: Literal["development", "production"] = Field(
        "production", description="What events are sent as; development data shows in mParticle's Live Stream"
    )
    outbound_identity: Annotated[UserIdentity, BeforeValidator(canonical)] = Field(
        "customer_id",
        description="Identity under which customers' source_ids are sent; with email their e-mail is sent instead",
    )
    identity_priority: tuple[Annotated[Identity, BeforeValidator(canonical)], ...] = Field(
        ("customer_id", "email", "other"),
        min_length=1,
        description="Identities that may become the customer's source_id; the first that a user has is taken",
    )
    audience_list_key: str = Field(
        "mparticleAudiences",
        min_length=1,
        description="Customer metadata key with the names of the customer's audiences",
    )
    commerce_events: bool = Field(
        False, description="Product actions, promotions and impressions become custom events; each costs a call"
    )
    screen_events: bool = Field(False, description="Screen views become custom events; each costs a call")
    feed_name: str = Field(
        "Voucherify", description="Name of the feed that brings Voucherify's events to mParticle; its data is skipped"
    )


class Secrets(profile.Secrets):
    """What the hub presents to mParticle."""

    feed_key: str | None = Field(None, min_length=1, description="Key of the Custom Feed")
    feed_secret: str | None = Field(None, min_length=1, description="Secret of the Custom Feed")


PROFILE = Profile(
    cdp="mparticle",
    title="mParticle",
    prefix="mparticle",
    ingest="mparticle.ingest.handler",
    routes=(Route("POST", "/mparticle"),),
    customers=Route("POST", "/mparticle"),
    credentials=(
        HeaderPair("x-app-id", "x-app-token"),
        HeaderPair("application-id", "secret-key"),
        BasicPair(),
    ),
    # Of the 6 MB that Lambda takes, API Gateway's wrapping can need a quarter.
    body_bytes=4_500_000,
    reply_bytes=4_000,
    settings=Settings,
    secrets=Secrets,
    secrets_by_setting={"feed_key": ("send_events",), "feed_secret": ("send_events",)},
    # As Voucherify's own integration: all but publications.
    default_events=tuple(event for event in CUSTOMER_EVENTS if ".publication." not in event),
    # Nothing here depends on the event: the key is refused, or the address is wrong, until somebody puts that right.
    failures={403: FailureClass.AUTH, 404: FailureClass.TRANSIENT},
    lists=lambda settings: (Settings.of(settings).audience_list_key,),
)
