"""From the queue `deliver-braze` to Braze's user data API (Lambda)."""

from braze import outcomes, tracking
from braze.profile import PROFILE
from cdphub.outbound.function import delivering_to
from cdphub.outbound.vendor import Vendor

VENDOR = Vendor(
    PROFILE,
    tracking.LIMITS,
    tracking.custom_event,
    tracking.request,
    outcomes.judge,
    outcomes.apart,
    deduplicates=False,
)

handler = delivering_to(VENDOR)
