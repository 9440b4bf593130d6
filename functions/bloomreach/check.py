"""How an API key is tried: Bloomreach is asked for the time, which needs a key but none of its permissions.

https://documentation.bloomreach.com/engagement/reference/system-time-2; a wrong project token is 400 as well:
https://documentation.bloomreach.com/engagement/reference/tracking-api-authorization-errors
"""

from bloomreach.profile import Secrets, Settings
from bloomreach.tracking import authorization, project_url
from cdphub.http import HttpRequest
from cdphub.outbound.check import Check


def _system_time(settings: Settings, secrets: Secrets) -> HttpRequest:
    return HttpRequest("GET", f"{project_url(settings)}/system/time", authorization(secrets))


CHECK: Check[Settings, Secrets] = Check(
    request=_system_time, admitted=frozenset({200}), refused=frozenset({400, 401, 403})
)
