"""From the queue `deliver-mparticle` to mParticle's Events API (Lambda)."""

from cdphub.outbound.function import delivering_to
from cdphub.outbound.vendor import Vendor
from mparticle import upload
from mparticle.profile import PROFILE

VENDOR = Vendor(PROFILE, upload.LIMITS, upload.batch, upload.request, upload.judge)

handler = delivering_to(VENDOR)
