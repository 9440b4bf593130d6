"""What generic code knows about Braze."""

from cdphub import profile
from cdphub.credentials import HeaderPair
from cdphub.profile import Profile, Route
from cdphub.publishing import Publishing


class Settings(profile.PublishingSettings):
    """The settings of a connection to Braze."""


class Secrets(profile.Secrets):
    """None: the hub calls nothing at Braze."""


PROFILE = Profile(
    cdp="braze",
    title="Braze",
    prefix="braze",
    ingest="braze.ingest.handler",
    routes=(Route("POST", "/braze/customer-webhook"),),
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
    # Braze gives up after 2 s. What a repeat will not help, it is told in Voucherify's words: its template then aborts.
    publishing=Publishing(budget_ms=1_500),
)
