"""Segment's Tracking API: events as messages, messages as requests.

https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
"""

import base64
from collections.abc import Sequence
from functools import partial
from typing import Any

from cdphub import VERSION, clock
from cdphub.http import HttpRequest
from cdphub.outbound.cut import fit
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event
from cdphub.outbound.flatten import flatten
from cdphub.outbound.rounds import Limits
from cdphub.outbound.vendor import tell_cut
from cdphub.times import utc
from segment.profile import HUB, PROFILE, Secrets, Settings

HOSTS = {"us": "https://api.segment.io", "eu": "https://events.eu1.segmentapis.com"}
# Segment takes 32 KB an event, and 500 KB or 2,500 events a request.
EVENT_BYTES = 32_000
LIMITS = Limits(events=2_500, bytes=490_000)

_HUB = {"name": HUB, "version": VERSION}
_CONTEXT = {"library": _HUB, "integration": _HUB}
# A workspace that is connected both ways would send our events back to the hub.
_INTEGRATIONS = {"Voucherify (Actions)": False}


def message(delivery: Delivery, settings: Settings) -> str:
    """The event as a track call, in JSON; raises ValueError if Segment cannot take it however much of it is cut."""
    text, left_out = fit(partial(_track, delivery, settings), _properties(delivery.event), EVENT_BYTES)
    tell_cut(PROFILE, delivery, left_out)
    return text


def request(settings: Settings, secrets: Secrets, messages: Sequence[str]) -> HttpRequest:
    """The batch request that brings the messages."""
    key = base64.b64encode(f"{secrets.write_key}:".encode()).decode()
    return HttpRequest(
        method="POST",
        url=f"{settings.base_url or HOSTS[settings.region]}/v1/batch",
        headers={"Authorization": f"Basic {key}", "Content-Type": "application/json", "User-Agent": HUB},
        body=f'{{"batch":[{",".join(messages)}],"sentAt":"{utc(clock.now_ms())}"}}'.encode(),
    )


def _properties(event: Event) -> dict[str, Any]:
    email = {"email": event.customer.email} if event.customer.email else {}
    return flatten(event.data) | email


def _track(delivery: Delivery, settings: Settings, properties: dict[str, Any]) -> dict[str, Any]:
    event, customer = delivery.event, delivery.event.customer
    return {
        "type": "track",
        "messageId": delivery.id,
        **({"userId": customer.source_id} if customer.source_id else {"anonymousId": customer.id}),
        "event": PROFILE.name_of(event.type, settings),
        "timestamp": event.occurred_at,
        "properties": properties,
        "context": _CONTEXT,
        "integrations": _INTEGRATIONS,
    }
