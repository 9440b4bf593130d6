"""What generic code knows about Bloomreach Engagement."""

from pydantic import Field

from bloomreach.replies import publication_refused
from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.profile import Profile, Route
from cdphub.publishing import Publishing


class Settings(profile.PublishingSettings):
    """The settings of a connection to Bloomreach."""

    main_hard_id: str | None = Field(
        None,
        min_length=1,
        description="Name that templates give a customer's ID, tried before main_hard_id and registered",
    )
    none_is_null: bool = Field(
        True, description="The text None, which a template may make of a missing attribute, counts as null"
    )


class Secrets(profile.Secrets):
    """None: the hub calls nothing at Bloomreach."""


PROFILE = Profile(
    cdp="bloomreach",
    title="Bloomreach Engagement",
    prefix="bloomreach-engagement",
    ingest="bloomreach.ingest.handler",
    routes=(
        Route("POST", "/bloomreach-engagement/upsert-customer-bulk"),
        Route("POST", "/bloomreach-engagement/create-event-bulk"),
    ),
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
    # An answer is expected within 1 s.
    publishing=Publishing(budget_ms=800, refusal=publication_refused),
)
