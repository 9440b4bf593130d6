"""How a REST API key is tried: Braze is told of no events, which the permission users.track alone suffices for.

That it judges the key before it misses the events is not documented; 400 (https://www.braze.com/docs/api/errors) is
taken as a yes, and brings nothing about.
"""

from braze.profile import Secrets, Settings
from braze.tracking import request
from cdphub.outbound.check import Check

CHECK: Check[Settings, Secrets] = Check(
    request=lambda settings, secrets: request(settings, secrets, []),
    admitted=frozenset({200, 201, 400}),
    refused=frozenset({401, 403, 404}),
)
