"""`$default` (Lambda): requests that no route of the API matches.

Users paste base URLs with a slash at the end, or with the prefix that the CDP adds once more; those requests are put
right and go to the handler that the CDP's profile names, the only import across folders. What is wrong with a path that
only looks like a CDP's, that handler says in its CDP's words. But what the CDP of the key cannot bear, such as a 404
that stops its campaign, it is not told wherever its request leads.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdphub import clock
from cdphub.api import Reply, Request, refusal
from cdphub.profile import Profile, load_handler, load_profiles
from cdphub.publishing import HANDLER, RESOURCES, VERSION

FUNCTIONS = Path(__file__).parent.parent
PROFILES = load_profiles(FUNCTIONS)


def handler(event: dict[str, Any], context: object) -> Any:
    """Calls the handler meant, or answers 404."""
    request = Request.from_event(event)
    found = route(request, PROFILES)
    if found is None:
        return _by_key(event, context) if _presents_key(request) else not_found()
    profile, path = found
    name = profile.handler(path)
    reply: Any = load_handler(name)(at(path, event), context)
    if name == HANDLER or reply["statusCode"] not in (400, 404):
        return reply
    by_key = _by_key(event, context)
    return by_key if by_key["statusCode"] < 400 else reply


def route(request: Request, profiles: Mapping[str, Profile]) -> tuple[Profile, str] | None:
    """The CDP that a request is for, and the path it should have had; one that only looks like a CDP's stays."""
    parts = [part for part in request.path.split("/") if part]
    asked = [part for part in parts if part in RESOURCES]
    if asked and parts[0] not in {profile.prefix for profile in profiles.values()}:
        # Whatever comes before instead of what should.
        parts = [VERSION, *parts[parts.index(asked[0]) :]]
    # Without a path: a CDP whose users give it a host of its own, with its prefix as one of the labels.
    names = request.host.split(".") if not parts and request.method == "POST" else parts[:1]
    for profile in profiles.values():
        if profile.prefix in names:
            while parts[1:2] == [profile.prefix]:
                parts = parts[1:]
            return profile, "/" + "/".join(parts or [profile.prefix])
    alike = (profile for profile in profiles.values() if _marks(profile).intersection(parts))
    return next(((profile, "/" + "/".join(parts)) for profile in alike), None)


def at(path: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event as it would be, had the request had this path."""
    context = event["requestContext"]
    http = {**context["http"], "path": path}
    return {**event, "rawPath": path, "requestContext": {**context, "http": http}}


def not_found() -> Reply:
    """The answer to a request that is for no CDP."""
    return refusal(404, clock.new_id(), "path", "leads nowhere")


def _marks(profile: Profile) -> set[str]:
    """The parts of paths that tell its routes from others: their first and their last."""
    return {part for route in profile.routes for part in (profile.prefix, route.path.rpartition("/")[2])}


def _presents_key(request: Request) -> bool:
    forms = (form for profile in PROFILES.values() if profile.publishing for form in profile.credentials)
    return any(form.read(request.headers) for form in forms)


def _by_key(event: dict[str, Any], context: object) -> Any:
    """What the CDP whose key is presented is told of a path that leads nowhere; 401 if it is none that publishes."""
    return load_handler(HANDLER)(at(f"/{VERSION}", event), context)
