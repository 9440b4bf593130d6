"""Iterable's API for custom events, in bulk: `POST /api/events/trackBulk` of https://api.iterable.com/api/docs.

Iterable's own client has the form of events: https://github.com/Iterable/api-client, src/types/events.ts.
"""

from collections.abc import Sequence

from cdphub.clock import SECOND
from cdphub.http import HttpRequest
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Person
from cdphub.outbound.flatten import flatten
from cdphub.outbound.rounds import Limits
from cdphub.outbound.vendor import NoIdentityError
from cdphub.queues import encode
from cdphub.times import milliseconds
from iterable.profile import PROFILE, Secrets, Settings

HOSTS = {"us": "https://api.iterable.com", "eu": "https://api.eu.iterable.com"}
# Iterable takes 1,000 events or 4 MB a request.
LIMITS = Limits(events=1_000, bytes=3_900_000)


def event(delivery: Delivery, settings: Settings) -> str:
    """The event as one of a bulk, in JSON; raises NoIdentityError."""
    event = delivery.event
    return encode(
        {
            **_identity(event.customer, settings),
            "eventName": PROFILE.name_of(event.type, settings),
            # An event that comes again with the same id is updated, so a repeat has no effect.
            "id": delivery.id,
            "createdAt": milliseconds(event.occurred_at) // SECOND,
            "dataFields": flatten(event.data),
        }
    )


def request(settings: Settings, secrets: Secrets, events: Sequence[str]) -> HttpRequest:
    """The bulk request that brings the events."""
    return HttpRequest(
        method="POST",
        url=f"{host(settings)}/api/events/trackBulk",
        headers={**authorization(secrets), "Content-Type": "application/json"},
        body=f'{{"events":[{",".join(events)}]}}'.encode(),
    )


def host(settings: Settings) -> str:
    """Where Iterable's API is."""
    return settings.base_url or HOSTS[settings.data_center]


def authorization(secrets: Secrets) -> dict[str, str]:
    """The header that presents the API key."""
    return {"Api-Key": secrets.api_key or ""}


def _identity(customer: Person, settings: Settings) -> dict[str, str]:
    """Whom the event is about. Of both ids Iterable would take the e-mail address."""
    if customer.source_id and settings.outbound_identity == "userId":
        return {"userId": customer.source_id}
    if customer.email:
        return {"email": customer.email}
    raise NoIdentityError("the customer has no id that Iterable could know")
