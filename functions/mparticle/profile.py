"""What generic code knows about mParticle."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.profile import Profile, Route
from mparticle.identities import Identity, canonical


class Settings(profile.Settings):
    """The settings of a connection to mParticle."""

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
    """The hub presents nothing to mParticle."""


PROFILE = Profile(
    cdp="mparticle",
    title="mParticle",
    prefix="mparticle",
    ingest="mparticle.ingest.handler",
    routes=(Route("POST", "/mparticle"),),
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
)
