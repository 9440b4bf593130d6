"""Braze's user data API: events as custom events, and the requests that bring them.

https://www.braze.com/docs/api/endpoints/user_data/post_user_track
https://www.braze.com/docs/api/objects_filters/event_object
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from braze.profile import PROFILE, Secrets, Settings
from cdphub.http import HttpRequest
from cdphub.outbound.cut import fit
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Person
from cdphub.outbound.flatten import flatten
from cdphub.outbound.rounds import Limits
from cdphub.outbound.vendor import NoIdentityError, tell_cut

TEXT_LENGTH = 255
# Braze takes 50 KB of properties. Of events it takes 75 a request, on plans by monthly active users 50; of bytes 4 MB.
EVENT_BYTES = 50_000
LIMITS = Limits(events=50, bytes=3_900_000)

Properties = dict[str, Any]


def custom_event(delivery: Delivery, settings: Settings) -> str:
    """The event as a custom event, in JSON.

    Raises NoIdentityError, and ValueError if Braze cannot take it however much of it is cut.
    """
    properties, left_out = _fitting(flatten(delivery.event.data))
    text, too_much = fit(partial(_event, delivery, settings), properties, EVENT_BYTES)
    tell_cut(PROFILE, delivery, left_out + too_much)
    return text


def request(settings: Settings, secrets: Secrets, events: Sequence[str]) -> HttpRequest:
    """The request that brings the events."""
    return HttpRequest(
        method="POST",
        url=f"{settings.base_url or _endpoint(settings.instance)}/users/track",
        headers={"Authorization": f"Bearer {secrets.rest_api_key}", "Content-Type": "application/json"},
        body=f'{{"events":[{",".join(events)}]}}'.encode(),
    )


def _endpoint(instance: str | None) -> str:
    """https://www.braze.com/docs/api/basics has the list."""
    return f"https://rest.{instance}.braze.{'eu' if instance in ('fra-01', 'fra-02') else 'com'}"


def _event(delivery: Delivery, settings: Settings, properties: Properties) -> dict[str, Any]:
    event = delivery.event
    return {
        **_identity(event.customer, settings),
        "name": PROFILE.name_of(event.type, settings),
        "time": event.occurred_at,
        **({"_update_existing_only": True} if settings.update_existing_only else {}),
        "properties": properties,
    }


def _identity(customer: Person, settings: Settings) -> dict[str, str]:
    if customer.source_id and settings.outbound_identity == "external_id":
        return {"external_id": customer.source_id}
    if customer.email:
        return {"email": customer.email}
    raise NoIdentityError("the customer has no id that Braze could know")


def _fitting(properties: Properties) -> tuple[Properties, list[str]]:
    """What Braze takes of the properties, and the dotted names of what it does not.

    A text that is too long is left out as a whole: what is left of a link, an id or a JSON text would mislead.
    """
    kept: Properties = {}
    left_out: list[str] = []
    for name, value in properties.items():
        if not _is_name(name) or _is_too_long(value):
            left_out.append(name)
        elif isinstance(value, dict):
            inside, inner = _fitting(value)
            left_out += [f"{name}.{each}" for each in inner]
            if inside:
                kept[name] = inside
        else:
            kept[name] = value
    return kept, left_out


def _is_name(name: str) -> bool:
    return 0 < len(name) <= TEXT_LENGTH and not name.startswith("$")


def _is_too_long(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and len(text) > TEXT_LENGTH for text in texts)
