"""What is in a file: a request of a CDP, a webhook of Voucherify's, or messages that functions get."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cdphub.api import Request
from cdphub.profile import Profile
from front.default import route as route_of
from tools.hubctl.dry.stage import PROJECT
from tools.hubctl.errors import WrongInputError
from tools.hubctl.presented import addresses
from tools.local.events import filled

VOUCHERIFY = "voucherify"
WEBHOOKS = f"/{VOUCHERIFY}/webhooks/"
KEYS = {"application_id": "<application id>", "secret": "<secret key>"}
"""What stands for the CDP's integration key, as cdphub.credentials.Pair has it."""


@dataclass(frozen=True)
class Source:
    """Of whom it is (a CDP's name, or `voucherify`), and either a request or SQS records."""

    sender: str
    request: Request
    records: tuple[Any, ...] = ()


def read(text: bytes, profiles: Mapping[str, Profile], sender: str | None, route: str | None) -> Source:
    """A file of events/ tells by itself what it is; of any other body `sender` must. Raises WrongInputError."""
    event = _event(text)
    if event is not None and (sender or route):
        raise WrongInputError("as: this file tells by itself whose it is")
    if event is not None and "Records" in event:
        records = event["Records"]
        return Source(VOUCHERIFY, Request("", ""), tuple(records) if isinstance(records, list) else (records,))
    if event is not None:
        return _of_request(Request.from_event(event), profiles)
    if sender is None:
        raise WrongInputError("as: say whose body this is, such as --as segment; files of events/ tell by themselves")
    if sender == VOUCHERIFY:
        return Source(sender, Request("POST", WEBHOOKS + PROJECT.id, body=text))
    method, path = _route(profiles[sender], route)
    return Source(sender, Request(method, path, body=text))


def _event(text: bytes) -> dict[str, Any] | None:
    """The event of an API Gateway or of SQS, if it is one."""
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or not {"rawPath", "Records"} & found.keys():
            return None
        return filled(text.decode(), PROJECT.id, "", {**KEYS, "secret_key": KEYS["secret"]})
    except (ValueError, KeyError, TypeError):
        return None


def _of_request(request: Request, profiles: Mapping[str, Profile]) -> Source:
    """Whose it is, with the path that it should have had, as `$default` puts it right."""
    if request.path.startswith(WEBHOOKS):
        return Source(VOUCHERIFY, request)
    found = route_of(request, profiles)
    if found is None:
        raise WrongInputError(f"path: {request.method} {request.path} is no CDP's; hubctl send asks the hub")
    profile, path = found
    return Source(profile.cdp, replace(request, path=path))


def _route(profile: Profile, path: str | None) -> tuple[str, str]:
    known = addresses(profile)
    routes = [route for route in known if path in (None, route.path) and route.method == "POST"]
    usual = profile.customers if path is None and profile.customers in routes else None
    if not routes:
        raise WrongInputError(f"route: {profile.title} has {', '.join(route.path for route in known) or 'none'}")
    chosen = usual or routes[0]
    return chosen.method, chosen.path
