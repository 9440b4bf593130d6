"""`$default` (Lambda): requests that no route of the API matches.

Users paste base URLs with a slash at the end, or with the prefix that the CDP adds once more; those requests are put
right and go to the handler that the CDP's profile names, the only import across folders. What is wrong with a path that
only begins like a CDP's, that handler says in its CDP's words.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdphub import clock
from cdphub.api import Reply, Request, refusal
from cdphub.profile import Profile, load_handler, load_profiles
from cdphub.publishing import RESOURCES, VERSION

FUNCTIONS = Path(__file__).parent.parent
PROFILES = load_profiles(FUNCTIONS)


def handler(event: dict[str, Any], context: object) -> Any:
    """Calls the handler meant, or answers 404."""
    request = Request.from_event(event)
    found = route(request, PROFILES)
    if found is None:
        return not_found()
    profile, path = found
    return load_handler(profile.handler(path))(at(path, event), context)


def route(request: Request, profiles: Mapping[str, Profile]) -> tuple[Profile, str] | None:
    """The CDP that a request is for, and the path it should have had."""
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
    return None


def at(path: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event as it would be, had the request had this path."""
    context = event["requestContext"]
    http = {**context["http"], "path": path}
    return {**event, "rawPath": path, "requestContext": {**context, "http": http}}


def not_found() -> Reply:
    """The answer to a request that is for no CDP."""
    return refusal(404, clock.new_id(), "path", "leads nowhere")
