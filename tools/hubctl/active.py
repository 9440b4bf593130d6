"""Whether the hub itself admits a new key: asked as its CDP would ask, with a request that brings nothing."""

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.credentials import Pair
from cdphub.http import HttpRequest, NoReplyError
from cdphub.profile import Profile
from cdphub.transport import Urllib3Transport
from tools.hubctl.errors import WrongInputError
from tools.hubctl.presented import addresses, headers

MOST_MS = MINUTE
"""So long a function may remember what was before."""

PAUSE_SECONDS = 2

ADMITTED = (*range(200, 300), 400)
"""What the hub says to whoever has a key, and has sent nothing with it."""


def knock(profile: Profile, url: str, key: Pair) -> HttpRequest:
    """A request with the key and without a body: of a route that tests keys if there is one, else one to be refused."""
    routes = addresses(profile)
    route = next((route for route in routes if route.method == "GET" and route in profile.routes), routes[0])
    return HttpRequest(route.method, url + route.path, headers(profile.credentials[0], key))


def wait_until_active(profile: Profile, url: str, key: Pair) -> None:
    """Returns as soon as the hub admits the key; raises WrongInputError if it does not within a minute."""
    request, transport, end = knock(profile, url, key), Urllib3Transport(), clock.now_ms() + MOST_MS
    while True:
        try:
            status = transport.send(request).status
            seen = f"HTTP {status}"
        except NoReplyError as error:
            status, seen = 0, str(error)
        if status in ADMITTED:
            return
        if clock.now_ms() >= end:
            raise WrongInputError(
                f"hub: the connection is stored, but {request.url} does not admit its key ({seen}): look at hubctl's"
                " --hub-url, and at the hub's logs"
            )
        clock.sleep(PAUSE_SECONDS)
