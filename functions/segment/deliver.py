"""From the queue `deliver-segment` to Segment's Tracking API (Lambda)."""

from cdphub.outbound.function import delivering_to
from cdphub.outbound.vendor import Vendor
from segment import tracking
from segment.profile import PROFILE

VENDOR = Vendor(PROFILE, tracking.LIMITS, tracking.message, tracking.request)

handler = delivering_to(VENDOR)
