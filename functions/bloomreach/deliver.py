"""From the queue `deliver-bloomreach` to Bloomreach's Tracking API (Lambda)."""

from bloomreach import outcomes, tracking
from bloomreach.profile import PROFILE
from cdphub.outbound.function import delivering_to
from cdphub.outbound.vendor import Vendor

VENDOR = Vendor(PROFILE, tracking.LIMITS, tracking.command, tracking.request, outcomes.judge, outcomes.apart)

handler = delivering_to(VENDOR)
