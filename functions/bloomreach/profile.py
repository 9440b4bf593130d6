"""What generic code knows about Bloomreach Engagement."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bloomreach.replies import publication_refused
from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.failures import FailureClass
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import Profile, Route
from cdphub.publishing import Publishing
from cdphub.urls import BaseUrl


class InboundSettings(profile.Settings):
    """The settings that are about what Bloomreach's webhooks bring."""

    main_hard_id: str | None = Field(
        None,
        min_length=1,
        description="Name of the customer's ID in Bloomreach instead of registered: for what the hub sends, and in"
        " templates, where main_hard_id and registered are tried after it",
    )
    none_is_null: bool = Field(
        True, description="The text None, which a template may make of a missing attribute, counts as null"
    )


class Settings(profile.OutboundSettings, profile.PublishingSettings, InboundSettings):
    """The settings of a connection to Bloomreach."""

    project_token: str | None = Field(
        None, pattern=r"^[\w-]+$", description="The Bloomreach project's token; needed unless nothing is sent there"
    )
    base_url: BaseUrl | None = Field(None, description="The project's API base URL instead of https://api.exponea.com")
    outbound_identity: Literal["source_id", "email"] = Field(
        "source_id", description="What of Voucherify's customer the ID in Bloomreach holds"
    )
    sync_customer_id: Literal["hard", "soft"] | None = Field(
        None, description="Store Voucherify's customer id in Bloomreach, as an ID of this kind"
    )
    customer_id_name: str | None = Field(
        None, min_length=1, description="Name in Bloomreach of the ID that sync_customer_id fills"
    )

    @property
    def hard_id(self) -> str:
        """The name of the ID by which Bloomreach is told whom an event is about."""
        return self.main_hard_id or "registered"

    @property
    def is_outbound(self) -> bool:
        """The customer's id is stored at every event, whether the event itself is sent or not."""
        return self.send_events or self.sync_customer_id is not None

    @model_validator(mode="after")
    def _fit_each_other(self) -> Self:
        if self.is_outbound and not self.project_token:
            raise ValueError("project_token: is needed for send_events and for sync_customer_id")
        if bool(self.sync_customer_id) != bool(self.customer_id_name):
            raise ValueError("customer_id_name: is needed for sync_customer_id, and of no use without it")
        if self.customer_id_name == self.hard_id:
            raise ValueError("customer_id_name: must not be the ID that tells whom an event is about")
        if self.sync_customer_id == "hard" and self.outbound_identity == "email":
            raise ValueError(
                "sync_customer_id: must be soft with outbound_identity email, since several of Voucherify's customers"
                " may have the same address, and nobody in Bloomreach has two hard IDs of a name"
            )
        return self


class Secrets(profile.Secrets):
    """What the hub presents to Bloomreach: a key of a private API group."""

    api_key_id: str | None = Field(None, min_length=1, description="API key ID of a private API group")
    api_secret: str | None = Field(None, min_length=1, description="API secret of this key")


_OUTBOUND = ("send_events", "sync_customer_id")


PROFILE = Profile(
    cdp="bloomreach",
    title="Bloomreach Engagement",
    prefix="bloomreach-engagement",
    ingest="bloomreach.ingest.handler",
    routes=(
        Route("POST", "/bloomreach-engagement/upsert-customer-bulk"),
        Route("POST", "/bloomreach-engagement/create-event-bulk"),
    ),
    customers=Route("POST", "/bloomreach-engagement/upsert-customer-bulk"),
    # The first are those of Voucherify's guide, the others how Voucherify calls the same pair elsewhere, and what
    # Bloomreach offers besides headers.
    credentials=(
        HeaderPair("application-id", "secret-key"),
        HeaderPair("x-app-id", "x-app-token"),
        HeaderPair("applicationid", "secretkey"),
        BasicPair(),
    ),
    # Of the 6 MB that Lambda takes, API Gateway's wrapping can need a quarter.
    body_bytes=4_500_000,
    reply_bytes=10_000,
    settings=Settings,
    secrets=Secrets,
    secrets_by_setting={"api_key_id": _OUTBOUND, "api_secret": _OUTBOUND},
    event_name=lambda event_type: event_type.replace(".", "_"),
    default_events=CUSTOMER_EVENTS,
    # Nothing here depends on the event: the key is refused, or the address is wrong, until somebody puts that right.
    failures={403: FailureClass.AUTH, 404: FailureClass.TRANSIENT},
    # An answer is expected within 1 s.
    publishing=Publishing(budget_ms=800, refusal=publication_refused),
)
