"""The raw webhook's batch, as the Firehose message that says the same (pure).

Shape: https://docs.mparticle.com/integrations/webhook/event and
https://docs.mparticle.com/developers/server/json-reference. No audiences come this way.
"""

from collections.abc import Mapping
from typing import Any

from mparticle.values import as_object

_NAMES = ("events", "user_identities", "user_attributes", "mpid")


def is_batch(body: Mapping[str, Any]) -> bool:
    """Whether a body without a `type` is a batch."""
    return any(name in body for name in _NAMES)


def as_firehose(batch: Mapping[str, Any]) -> dict[str, Any]:
    """The batch in Firehose's words."""
    events = batch.get("events")
    gone = batch.get("deleted_user_attributes")
    return {
        "id": batch.get("message_id"),
        "mpid": batch.get("mpid"),
        "user_identities": batch.get("user_identities"),
        "user_attributes": as_object(batch.get("user_attributes"))
        | {name: None for name in (gone if isinstance(gone, list) else ()) if isinstance(name, str)},
        "events": [_event(as_object(event)) for event in events] if isinstance(events, list) else [],
    }


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    data = as_object(event.get("data"))
    kind, details = _commerce(data) if event.get("event_type") == "commerce_event" else (event.get("event_type"), {})
    return {
        "type": kind,
        "id": data.get("event_id") or data.get("source_message_id"),
        "timestamp_ms": data.get("timestamp_unixtime_ms"),
        "name": data.get("event_name"),
        "screen_name": data.get("screen_name"),
        "attributes": data.get("custom_attributes"),
        **details,
        **_change(kind, data),
    }


def _commerce(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """An event about exactly one of three things."""
    if "promotion_action" in data:
        return "promotion_action", as_object(data["promotion_action"])
    if "product_impressions" in data:
        return "impression", {"impressions": data["product_impressions"]}
    return "product_action", {
        **as_object(data.get("product_action")),
        "currency_code": data.get("currency_code"),
    }


def _change(kind: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a change of an attribute or an identity adds and removes."""
    if kind == "user_identity_change":
        return {"added": [data.get("new")], "removed": [data.get("old")]}
    name = data.get("user_attribute_name")
    if kind != "user_attribute_change" or not isinstance(name, str):
        return {}
    return {"removed": {name: data.get("old")}} if data.get("deleted") else {"added": {name: data.get("new")}}
