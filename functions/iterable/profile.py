"""What generic code knows about Iterable."""

from cdphub import profile
from cdphub.credentials import BasicPair, HeaderPair
from cdphub.profile import Profile
from cdphub.publishing import HANDLER, Publishing


class Settings(profile.PublishingSettings):
    """The settings of a connection to Iterable."""


class Secrets(profile.Secrets):
    """None: the hub calls nothing at Iterable."""


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
    # Iterable waits 10 s, and skips the send for any status but 200.
    publishing=Publishing(budget_ms=8_000),
)
