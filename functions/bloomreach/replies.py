"""Bloomreach's answers: 200 for bad data too, since 400, 404, 410, 412, 413 and 418 stop a webhook for everybody.

https://documentation.bloomreach.com/engagement/docs/creating-api-endpoint-for-webhooks
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cdphub.api import Reply, reply
from cdphub.body import RefusedError
from cdphub.parsed import Parsed, Stamp
from cdphub.replies import Replies

BAD_REQUEST = 400
"""The error code in the body: the status that the answer has elsewhere."""


class BloomreachReplies(Replies):
    """The hub's answers with Bloomreach's `success` and `errors` in them."""

    def body(self, stamp: Stamp, parsed: Parsed, rejected: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """No success if nothing was accepted of what came."""
        told = {"success": parsed.accepted > 0 or not parsed.rejected, **super().body(stamp, parsed, rejected)}
        return told if told["success"] else told | {"errors": [_error(each["reason"]) for each in rejected]}

    def refused(self, stamp: Stamp, refused: RefusedError) -> Reply:
        """Answers 200, naming the field."""
        return reply(
            200,
            {
                "success": False,
                "errors": [_error(str(refused))],
                "error": {"field": refused.field, "reason": refused.reason},
                "trace_id": stamp.trace_id,
            },
        )


def publication_refused(status: int, error: Mapping[str, Any]) -> Reply:
    """Answers 200 to a call for a publication that cannot work, with what Voucherify says and without a voucher."""
    told = ": ".join(str(error[name]) for name in ("key", "message", "details") if error.get(name))
    return reply(200, {"success": False, "errors": [_error(told, status)]})


def _error(description: str, code: int = BAD_REQUEST) -> dict[str, Any]:
    return {"code": code, "description": description}
