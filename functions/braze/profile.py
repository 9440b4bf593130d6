"""What generic code knows about Braze."""

from typing import Literal, Self

from pydantic import Field, model_validator

from cdphub import profile
from cdphub.credentials import HeaderPair
from cdphub.failures import FailureClass
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import Profile, Route
from cdphub.publishing import Publishing
from cdphub.urls import BaseUrl

_UNITED_STATES = Literal["iad-01", "iad-02", "iad-03", "iad-04", "iad-05", "iad-06", "iad-07", "iad-08", "iad-10"]

AUDIENCES = "brazeAudiences"
"""The metadata key with the names of a customer's audiences."""


class Settings(profile.OutboundSettings, profile.PublishingSettings):
    """The settings of a connection to Braze."""

    instance: _UNITED_STATES | Literal["fra-01", "fra-02", "au-01"] | None = Field(
        None, description="The instance as its REST endpoint names it; needed unless nothing is sent there"
    )
    base_url: BaseUrl | None = Field(None, description="The REST endpoint, of an instance that is not listed")
    outbound_identity: Literal["external_id", "email"] = Field(
        "external_id", description="What identifies users in Braze: Voucherify's source_id, or the e-mail address"
    )
    update_existing_only: bool = Field(
        False, description="Leave alone users whom Braze does not know instead of making a profile for them"
    )

    @model_validator(mode="after")
    def _fit_each_other(self) -> Self:
        if self.send_events and not (self.instance or self.base_url):
            raise ValueError("instance: is needed for send_events, or base_url instead")
        return self


class Secrets(profile.Secrets):
    """What the hub presents to Braze."""

    rest_api_key: str | None = Field(None, min_length=1, description="REST API key with the permission users.track")


PROFILE = Profile(
    cdp="braze",
    title="Braze",
    prefix="braze",
    ingest="braze.ingest.handler",
    routes=(Route("POST", "/braze/customer-webhook"),),
    customers=Route("POST", "/braze/customer-webhook"),
    # The first are those of Voucherify's guide; the others are how Voucherify calls the same pair elsewhere.
    credentials=(
        HeaderPair("applicationid", "secretkey"),
        HeaderPair("application-id", "secret-key"),
        HeaderPair("x-app-id", "x-app-token"),
    ),
    body_bytes=1_000_000,
    reply_bytes=1_000,
    settings=Settings,
    secrets=Secrets,
    secrets_by_setting={"rest_api_key": ("send_events",)},
    default_events=CUSTOMER_EVENTS,
    # 403 is an account that is switched off, 404 a key that this instance does not know.
    failures={403: FailureClass.AUTH, 404: FailureClass.AUTH},
    # Braze gives up after 2 s. What a repeat will not help, it is told in Voucherify's words: its template then aborts.
    publishing=Publishing(budget_ms=1_500),
    lists=lambda _settings: (AUDIENCES,),
)
