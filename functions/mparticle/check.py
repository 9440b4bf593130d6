"""How a feed's key is tried: mParticle is sent no batches.

Without a good key it answers 401 or 403 (https://docs.mparticle.com/developers/server/http). That it judges the key
before it misses the batches is not documented.
"""

from cdphub.outbound.check import Check
from mparticle.profile import Secrets, Settings
from mparticle.upload import request

CHECK: Check[Settings, Secrets] = Check(
    request=lambda settings, secrets: request(settings, secrets, []),
    admitted=frozenset({202, 400}),
)
