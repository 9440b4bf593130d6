"""What generic code knows about Segment."""

from typing import Literal

from pydantic import Field

from cdphub import profile
from cdphub.credentials import HeaderPair
from cdphub.failures import FailureClass
from cdphub.outbound.events import CUSTOMER_EVENTS, title
from cdphub.profile import Profile, Route
from cdphub.urls import BaseUrl


class Settings(profile.OutboundSettings):
    """The settings of a connection to Segment."""

    region: Literal["us", "eu"] = Field("us", description="Where the Segment workspace keeps its data")
    base_url: BaseUrl | None = Field(None, description="Address of the Tracking API instead of the region's")


class Secrets(profile.Secrets):
    """What the hub presents to Segment."""

    write_key: str = Field(min_length=1, description="Write key of an HTTP API source")


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
    ),
    # The id alone, without the colon and the password that Basic authentication has elsewhere.
    credentials=(HeaderPair("authorization", "secret-key", id_scheme="Basic ", encoded=True),),
    body_bytes=1_000_000,
    reply_bytes=1_000,
    settings=Settings,
    secrets=Secrets,
    event_names={event_type: title(event_type) for event_type in CUSTOMER_EVENTS},
    default_events=CUSTOMER_EVENTS,
    # Nothing here depends on the event: the key is refused, or the address is wrong, until somebody puts that right.
    failures={403: FailureClass.AUTH, 404: FailureClass.TRANSIENT},
)
