"""What generic code knows about Segment."""

from typing import Literal

from pydantic import Field

from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.failures import FailureClass
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import Profile, Route
from cdphub.urls import BaseUrl
from segment.targets import CustomerMapping, EventMapping

HUB = "voucherify-cdp-hub"
"""The library and integration that the hub's own messages name."""

GROUPS = "segmentGroups"
"""The metadata key with the ids of a customer's groups."""


class Settings(profile.OutboundSettings):
    """The settings of a connection to Segment."""

    region: Literal["us", "eu"] = Field("us", description="Where the Segment workspace keeps its data")
    base_url: BaseUrl | None = Field(None, description="Address of the Tracking API instead of the region's")
    identify_disabled: bool = Field(False, description="Webhook route: leave identify calls alone")
    track_disabled: bool = Field(False, description="Webhook route: leave track calls alone")
    page_enabled: bool = Field(False, description="Webhook route: send page views as events; each costs a call")
    screen_enabled: bool = Field(False, description="Webhook route: send screen views as events; each costs a call")
    identify_mapping: CustomerMapping = Field(
        {"traits": "customer"}, description="Webhook route: where the parts of an identify call go"
    )
    track_mapping: EventMapping = Field(
        {"properties": "customer"}, description="Webhook route: where the parts of a track, page or screen call go"
    )
    unmapped_traits: Literal["defined", "drop"] = Field(
        "defined", description="Webhook route: keep traits that no mapping takes if Voucherify's metadata defines them"
    )
    signed: bool = Field(False, description="Webhook route: refuse requests without the shared secret's signature")


class Secrets(profile.Secrets):
    """What the hub presents to Segment."""

    write_key: str | None = Field(None, min_length=1, description="Write key of an HTTP API source")
    shared_secret: str | None = Field(None, min_length=1, description="Shared secret with which Segment signs webhooks")


PROFILE = Profile(
    cdp="segment",
    title="Segment",
    prefix="segmentio",
    ingest="segment.ingest.handler",
    routes=(
        Route("GET", "/segmentio/test-authentication"),
        Route("POST", "/segmentio/customer-processing"),
        Route("POST", "/segmentio/event-processing"),
        Route("POST", "/segmentio/group-processing"),
        Route("POST", "/segmentio/webhook"),
    ),
    customers=Route("POST", "/segmentio/webhook"),
    credentials=(
        HeaderPair("application-id", "secret-key"),
        HeaderPair("x-app-id", "x-app-token"),
        # The Actions destination sends the id alone, without the colon and the password that follow it elsewhere.
        HeaderPair("authorization", "secret-key", id_scheme="Basic ", encoded=True),
        BasicPair(),
    ),
    body_bytes=4_500_000,
    reply_bytes=1_000,
    settings=Settings,
    secrets=Secrets,
    secrets_by_setting={"write_key": ("send_events",), "shared_secret": ("signed",)},
    default_events=CUSTOMER_EVENTS,
    # Nothing here depends on the event: the key is refused, or the address is wrong, until somebody puts that right.
    failures={403: FailureClass.AUTH, 404: FailureClass.TRANSIENT},
    lists=lambda _settings: (GROUPS,),
)
