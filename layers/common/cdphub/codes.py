"""The codes that a custom event may bring, as CDPs send them, and what of an event is worth sending (pure)."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from cdphub.fields import without_nulls
from cdphub.lenient import Text


class Referral(BaseModel):
    """Empty when there is none."""

    code: Text | None = None
    referrer_id: Text | None = None


class Loyalty(BaseModel):
    """Empty when there is none."""

    code: Text | None = None


def event_parts(referral: Referral, loyalty: Loyalty, metadata: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What a TrackEvent has of these, and the names of what is left out.

    Voucherify wants a code with every referral, so a referrer without one is left out; so are nulls.
    """
    parts: dict[str, Any] = {}
    if referral.code:
        parts["referral"] = referral.model_dump(exclude_none=True)
    if loyalty.code:
        parts["loyalty"] = loyalty.model_dump()
    if given := without_nulls(metadata):
        parts["metadata"] = given
    lost = referral.referrer_id and not referral.code
    return parts, ["referral.referrer_id"] if lost else []
