"""What generic code knows about Iterable."""

from typing import Literal

from pydantic import Field

from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.failures import FailureClass
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import Profile
from cdphub.publishing import HANDLER, Publishing
from cdphub.urls import BaseUrl


class Settings(profile.OutboundSettings, profile.PublishingSettings):
    """The settings of a connection to Iterable."""

    data_center: Literal["us", "eu"] = Field("us", description="Where the Iterable project is")
    base_url: BaseUrl | None = Field(None, description="Address of Iterable's API instead of the data center's")
    outbound_identity: Literal["userId", "email"] = Field(
        "userId", description="What identifies users in the Iterable project: Voucherify's source_id, or the e-mail"
    )


class Secrets(profile.Secrets):
    """What the hub presents to Iterable."""

    api_key: str | None = Field(None, min_length=1, description="Server-side API key of the Iterable project")


PROFILE = Profile(
    cdp="iterable",
    title="Iterable",
    prefix="iterable",
    ingest=HANDLER,
    routes=(),
    # The first are those of Voucherify's guide; a data feed may also have a static Authorization header.
    credentials=(
        HeaderPair("x-app-id", "x-app-token"),
        HeaderPair("application-id", "secret-key"),
        HeaderPair("applicationid", "secretkey"),
        BasicPair(),
    ),
    body_bytes=1_000_000,
    reply_bytes=1_000_000,
    settings=Settings,
    secrets=Secrets,
    secrets_by_setting={"api_key": ("send_events",)},
    default_events=CUSTOMER_EVENTS,
    # Nothing here depends on the event: the key is of the wrong kind, or the address is wrong.
    failures={403: FailureClass.AUTH, 404: FailureClass.TRANSIENT},
    # Iterable waits 10 s, and skips the send for any status but 200.
    publishing=Publishing(budget_ms=8_000),
)
