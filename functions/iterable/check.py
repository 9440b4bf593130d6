"""How an API key is tried: Iterable is asked for the project's channels, which a server-side key may read.

`GET /api/channels` of https://api.iterable.com/api/docs.
"""

from cdphub.http import HttpRequest
from cdphub.outbound.check import Check
from iterable.profile import Secrets, Settings
from iterable.tracking import authorization, host


def _channels(settings: Settings, secrets: Secrets) -> HttpRequest:
    return HttpRequest("GET", f"{host(settings)}/api/channels", authorization(secrets))


CHECK: Check[Settings, Secrets] = Check(request=_channels, admitted=frozenset({200}))
