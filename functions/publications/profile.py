"""What generic code knows about keys for plain API use: whoever can call Voucherify's API can call the hub instead."""

from cdphub import profile
from cdphub.credentials import HeaderPair
from cdphub.profile import Profile
from cdphub.publishing import HANDLER, VERSION, Publishing


class Settings(profile.PublishingSettings):
    """The settings of a connection for plain API use."""


class Secrets(profile.Secrets):
    """None: the hub calls nothing there."""


PROFILE = Profile(
    cdp="publications",
    title="the publications API",
    prefix=VERSION,
    ingest=HANDLER,
    routes=(),
    credentials=(HeaderPair("x-app-id", "x-app-token"),),
    body_bytes=1_000_000,
    reply_bytes=1_000_000,
    settings=Settings,
    secrets=Secrets,
    publishing=Publishing(budget_ms=8_000, busy=429),
)
