"""An event of mParticle's as one of Voucherify's custom events (pure)."""

from collections.abc import Mapping
from typing import Any

from cdphub.body import RefusedError
from cdphub.codes import Loyalty, Referral, event_parts
from mparticle import commerce
from mparticle.models import Event
from mparticle.profile import Settings
from mparticle.values import filled_text, plain, usable

# Voucherify's page on mParticle also prints `vf_referral code`.
_CODES = {
    "vfreferralcode": ("referral", "code"),
    "vfreferralreferrerid": ("referral", "referrer_id"),
    "vfloyaltycode": ("loyalty", "code"),
}


def custom_event(event: Event, settings: Settings) -> tuple[dict[str, Any], list[str]] | None:
    """The fields of a TrackEvent with the names of attributes left out; None for an event of another kind.

    Raises RefusedError for an event that lacks what it needs. Texts stay texts: what type a value is to have, only the
    event's schema in Voucherify knows.
    """
    if event.type is None:
        raise RefusedError("type", "is missing")
    name, details = _kind(event, settings)
    if name is None:
        return None
    attributes, omitted = usable(event.attributes)
    codes, metadata = _without_codes(attributes)
    referral, loyalty = Referral.model_validate(codes["referral"]), Loyalty.model_validate(codes["loyalty"])
    parts, left_out = event_parts(referral, loyalty, metadata | details)
    return {"event": name, **parts}, [*omitted, *left_out]


def _kind(event: Event, settings: Settings) -> tuple[str | None, dict[str, Any]]:
    """The custom event's name, None for what the connection does not want, and metadata beside the attributes."""
    if event.type == "custom_event":
        if event.name is None:
            raise RefusedError("name", "is missing")
        return event.name, {}
    if event.type == "screen_view" and settings.screen_events:
        return "screen_view", {"screen_name": event.screen_name}
    if event.type in commerce.TYPES and settings.commerce_events:
        return commerce.name(event), commerce.details(event)
    return None, {}


def _without_codes(attributes: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
    """The codes for referral and loyalty, and the other attributes."""
    codes: dict[str, dict[str, str]] = {"referral": {}, "loyalty": {}}
    metadata: dict[str, Any] = {}
    for name, value in attributes.items():
        if plain(name) not in _CODES:
            metadata[name] = value
        elif text := filled_text(value):
            kind, part = _CODES[plain(name)]
            codes[kind][part] = text
    return codes, metadata
