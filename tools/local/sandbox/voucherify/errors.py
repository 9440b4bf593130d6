"""Voucherify's two forms of an error (https://docs.voucherify.io/api-reference/errors).

Its API answers `{"code", "key", "message", "details", "request_id", ...}`, its transport layer
`{"statusCode", "error", "message"}`.
"""

from collections.abc import Mapping
from http.client import responses
from typing import Any

from tools.local.sandbox.core import Reply

_TOO_MANY = "Too many requests hit the API too quickly."


class RefusedError(Exception):
    """A call that is refused: status, body and headers of the answer."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers or {}

    @property
    def details(self) -> str:
        """What is wrong, for people."""
        return str(self.body.get("details") or self.body["message"])

    def reply(self, request_id: str) -> Reply:
        """The answer; only an error of the API itself names the request."""
        named = {"request_id": request_id} if "code" in self.body else {}
        return Reply.of(self.status, {**self.body, **named}, self.headers)


def _refusal(status: int, key: str, message: str, details: str) -> RefusedError:
    return RefusedError(status, {"code": status, "key": key, "message": message, "details": details})


def invalid_payload(details: str) -> RefusedError:
    return _refusal(400, "invalid_payload", "Invalid payload", details)


def invalid_query(details: str) -> RefusedError:
    return _refusal(400, "invalid_query_params", "Invalid query params", details)


def invalid_metadata(details: str) -> RefusedError:
    return _refusal(400, "metadata_validation_failed", "Metadata validation failed", details)


def missing_vouchers() -> RefusedError:
    return _refusal(400, "missing_vouchers", "Missing vouchers", "Either Campaign or Voucher is required")


def duplicate_source_id(source_id: str) -> RefusedError:
    details = f"Publication with source_id: '{source_id}' already exists"
    return _refusal(400, "duplicate_source_id", "Duplicate source_id", details)


def already_joined() -> RefusedError:
    details = "Voucher cannot be published. Customer already joined program."
    return _refusal(400, "voucher_cannot_be_published", "Voucher cannot be published", details)


def already_published(code: str) -> RefusedError:
    details = f"Voucher '{code}' has already been published"
    return _refusal(400, "voucher_already_published", "Voucher already published", details)


def none_suitable() -> RefusedError:
    return _refusal(
        400,
        "no_voucher_suitable_for_publication",
        "Couldn't find any voucher suitable for publication",
        "Couldn't create new vouchers for publication",
    )


def too_many_vouchers() -> RefusedError:
    return _refusal(400, "too_many_vouchers_requested", "Too many vouchers requested", "Only up to 1 can be published")


def integration_key_required() -> RefusedError:
    return RefusedError(403, {"code": 403, "message": "Forbidden", "key": "integration_api_key_required"})


def not_found(kind: str, resource: str) -> RefusedError:
    refusal = _refusal(404, "not_found", "Resource not found", f"Cannot find {kind} with id {resource}")
    return RefusedError(404, {**refusal.body, "resource_id": resource, "resource_type": kind})


def too_many(headers: Mapping[str, str]) -> RefusedError:
    return RefusedError(429, {"code": 429, "message": _TOO_MANY}, headers)


def plain(status: int) -> RefusedError:
    """An error of the API with nothing to explain, such as 401 or 500."""
    if status == 429:
        return too_many({"X-Rate-Limit-Type": "api_calls", "Retry-After": "1"})
    message = responses.get(status, "Error")
    return RefusedError(status, {"code": status, "key": message.lower().replace(" ", "_"), "message": message})


def transport(status: int, message: str) -> RefusedError:
    """An error from before the API: no key, no request id."""
    return RefusedError(status, {"statusCode": status, "error": responses[status], "message": message})
