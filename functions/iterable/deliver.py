"""From the queue `deliver-iterable` to Iterable's API (Lambda)."""

from cdphub.outbound.function import delivering_to
from cdphub.outbound.vendor import Vendor
from iterable import outcomes, tracking
from iterable.profile import PROFILE

VENDOR = Vendor(PROFILE, tracking.LIMITS, tracking.event, tracking.request, outcomes.judge, outcomes.apart)

handler = delivering_to(VENDOR)
