"""What becomes of a call for a publication or a lookup, before it is put in a CDP's words (pure)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdphub.body import RefusedError
from cdphub.clock import SECOND
from cdphub.failures import FailureClass
from cdphub.publishing import ROUTES
from cdphub.voucherify.answers import Answer
from publications.wish import Wish

MOST_BYTES = 250_000
"""Of a reply: it is stored, and DynamoDB takes 400 KB; Braze takes 1 MB."""

_VOUCHER = ("id", "code", "campaign", "campaign_id", "type", "expiration_date", "active", "object")

_KEYS = {"customer": "missing_customer", "campaign": "missing_vouchers"}


@dataclass(frozen=True)
class Published:
    """Voucherify's reply."""

    body: dict[str, Any]

    def seen_by(self, wish: Wish) -> dict[str, Any]:
        """The reply as a caller sees it: with its own id of the publication instead of the hub's."""
        return {**self.body, "source_id": wish.source_id}


@dataclass(frozen=True)
class Found:
    """Voucherify's reply to a question."""

    body: dict[str, Any]


@dataclass(frozen=True)
class Refused:
    """The same call will not work: Voucherify's status and error object, or the hub's own in the same form."""

    status: int
    error: Mapping[str, Any]


@dataclass(frozen=True)
class Busy:
    """The same call may work after so many milliseconds."""

    wait_ms: int = SECOND


Outcome = Published | Found | Refused | Busy


def fitting(body: dict[str, Any]) -> dict[str, Any]:
    """A reply that is too long, without what can make it so."""
    if len(json.dumps(body)) <= MOST_BYTES:
        return body
    short = {name: value for name, value in body.items() if name not in ("customer", "metadata")}
    if isinstance(voucher := body.get("voucher"), dict):
        short["voucher"] = {name: voucher[name] for name in _VOUCHER if name in voucher}
    return short


def of_no(answer: Answer) -> Refused | Busy:
    """What a no of Voucherify's means to the caller: only a definite one is refused, in Voucherify's words."""
    if answer.failure not in (FailureClass.INVALID, FailureClass.CONFIG):
        return Busy(max(answer.wait_ms, SECOND))
    told = isinstance(answer.body, dict) and "message" in answer.body
    return Refused(answer.status, answer.body if told else error(answer.status, "refused", answer.reason))


def refused_by_hub(refused: RefusedError) -> Refused:
    """What is wrong with the call itself."""
    return Refused(400, error(400, _KEYS.get(refused.field, "invalid_payload"), str(refused)))


def unknown_path() -> Refused:
    """What is said to a call for something else, or by another method."""
    calls = ", ".join(f"{method} {path}" for method, path in ROUTES).replace("+}", "}")
    return Refused(404, error(404, "not_found", f"the hub answers {calls}"))


def error(status: int, key: str, details: str) -> dict[str, Any]:
    """An error object in Voucherify's form (https://docs.voucherify.io/api-reference/errors)."""
    return {"code": status, "key": key, "message": key.replace("_", " ").capitalize(), "details": details}
