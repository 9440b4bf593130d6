"""Bloomreach's Tracking API: events as commands, commands as batches.

A command holds nothing that differs from attempt to attempt: Bloomreach knows a repeat by its being exactly the same.
https://documentation.bloomreach.com/engagement/reference/batch-commands-2
https://documentation.bloomreach.com/engagement/reference/add-event
"""

import base64
from collections.abc import Sequence
from typing import Any

from bloomreach.profile import PROFILE, Secrets, Settings
from cdphub.clock import SECOND
from cdphub.http import HttpRequest
from cdphub.outbound.cut import cut
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbound.flatten import flatten, one_level
from cdphub.outbound.rounds import Limits
from cdphub.outbound.vendor import NoIdentityError, tell_cut
from cdphub.queues import encode
from cdphub.times import milliseconds

BASE_URL = "https://api.exponea.com"
# Bloomreach takes less than 16 KB a value and 800 KB a message. Whether that is a command or a request is not said, so
# neither is longer.
VALUE_BYTES = 15_900
MESSAGE_BYTES = 790_000
LIMITS = Limits(events=50, bytes=MESSAGE_BYTES)


def command(delivery: Delivery, settings: Settings) -> str:
    """The event as a command, in JSON; raises NoIdentityError if nobody in Bloomreach can be meant."""
    made = _tracked(delivery, settings) if settings.send_events else _synced(delivery, settings)
    text = encode(made)
    # A command as short as a value may be has nothing too long in it.
    return text if len(text) <= VALUE_BYTES else encode(_shortened(made, delivery))


def request(settings: Settings, secrets: Secrets, commands: Sequence[str]) -> HttpRequest:
    """The request that brings the commands; not compressed, which Bloomreach refuses."""
    return HttpRequest(
        method="POST",
        url=f"{project_url(settings)}/batch",
        headers={**authorization(secrets), "Content-Type": "application/json"},
        body=f'{{"commands":[{",".join(commands)}]}}'.encode(),
    )


def project_url(settings: Settings) -> str:
    """Where the project's Tracking API is."""
    return f"{settings.base_url or BASE_URL}/track/v2/projects/{settings.project_token}"


def authorization(secrets: Secrets) -> dict[str, str]:
    """The header that presents the key of a private API group."""
    key = base64.b64encode(f"{secrets.api_key_id}:{secrets.api_secret}".encode()).decode()
    return {"Authorization": f"Basic {key}"}


def _tracked(delivery: Delivery, settings: Settings) -> dict[str, Any]:
    event = delivery.event
    data = {
        "customer_ids": _customer_ids(event.customer, settings),
        "event_type": PROFILE.name_of(event.type, settings),
        "timestamp": _seconds(event),
        "properties": one_level(flatten(event.data)) | {"voucherify_event_id": event.id},
    }
    return {"name": "customers/events", "command_id": delivery.id, "data": data}


def _synced(delivery: Delivery, settings: Settings) -> dict[str, Any]:
    """Only whose Voucherify customer it is. Bloomreach wants a property, and keeps that with the newest timestamp."""
    event = delivery.event
    ids = _customer_ids(event.customer, settings)
    if settings.customer_id_name not in ids:
        raise NoIdentityError("the customer has no source_id, or no id")
    data = {
        "customer_ids": ids,
        "properties": {"voucherify_customer_id": event.customer.id},
        "update_timestamp": _seconds(event),
    }
    return {"name": "customers", "command_id": delivery.id, "data": data}


def _customer_ids(customer: Person, settings: Settings) -> dict[str, str]:
    identity = customer.email if settings.outbound_identity == "email" else customer.source_id
    if not identity:
        raise NoIdentityError(f"the customer has no {settings.outbound_identity}")
    ids = {settings.hard_id: identity}
    # Whom only Voucherify knows must not be tied to anybody: Bloomreach merges whoever shares an ID, for good.
    if settings.customer_id_name and customer.source_id and customer.id:
        ids[settings.customer_id_name] = customer.id
    return ids


def _seconds(event: Event) -> int:
    """When it happened, in UNIX seconds; Bloomreach takes milliseconds for seconds."""
    return milliseconds(event.occurred_at) // SECOND


def _shortened(made: dict[str, Any], delivery: Delivery) -> dict[str, Any]:
    """Without the values that are too long, and then without the longest until the rest is short enough."""
    data = made["data"]
    properties = data["properties"]
    fitting = {name: value for name, value in properties.items() if len(encode({name: value})) <= VALUE_BYTES}
    without = made | {"data": data | {"properties": {}}}
    kept, _ = cut(fitting, MESSAGE_BYTES - len(encode(without)))
    tell_cut(PROFILE, delivery, properties.keys() - kept.keys())
    return without | {"data": data | {"properties": kept}}
