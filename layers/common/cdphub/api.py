"""API Gateway's payload format 2.0 as a request, and the hub's replies.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Reply = dict[str, Any]

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class Request:
    """An HTTP request; header names are lower case, the body is what was sent, decoded from API Gateway's base64.

    `query` is as on the wire, since payload format 2.0 joins the values of repeated names by commas.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    host: str = ""
    query: str = ""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Request":
        """Reads an event of payload format 2.0; half characters, which UTF-8 cannot hold, become question marks."""
        context = event["requestContext"]
        return cls(
            method=context["http"]["method"],
            path=_whole(event["rawPath"]),
            headers={name.lower(): _whole(value) for name, value in event.get("headers", {}).items()},
            body=_body(event),
            path_parameters={name: _whole(value) for name, value in (event.get("pathParameters") or {}).items()},
            host=context.get("domainName", ""),
            query=_whole(event.get("rawQueryString", "")),
        )


def _whole(text: str) -> str:
    return text if text.isascii() else text.encode(errors="replace").decode()


def _body(event: Mapping[str, Any]) -> bytes:
    text: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def reply(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON reply."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", **(headers or {})},
        "body": json.dumps(body, separators=(",", ":")),
    }


def refusal(status: int, trace_id: str, field_name: str, reason: str) -> Reply:
    """A reply that names what is wrong; `field_name` is `body` when it is not JSON or too long."""
    return reply(status, {"error": {"field": field_name, "reason": reason}, "trace_id": trace_id})


def unavailable(trace_id: str) -> Reply:
    """The hub's own trouble: nothing was accepted, the sender is asked to come again."""
    error = {"field": None, "reason": "the hub could not store this; send it again"}
    return reply(503, {"error": error, "trace_id": trace_id}, {"retry-after": str(RETRY_AFTER_SECONDS)})
