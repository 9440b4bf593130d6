"""A running hub as the world sees it: what Segment and Voucherify send to it, and what arrives at the stand-ins."""

import base64
import hashlib
import hmac
import http.client
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.local.resources import Clients
from tools.local.template import STACK_NAME

REPLY_SECONDS = 60
"""Only against hanging: nothing here judges how long something takes."""
LONGEST_WAIT_SECONDS = 240
VOUCHERIFY_KEY = {"X-App-Id": "application", "X-App-Token": "secret"}
LOOK_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Reply:
    """What came back; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def exchange(url: str, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
    """One HTTP exchange; the path goes out as it is, doubled slashes and all."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=REPLY_SECONDS)
    try:
        connection.request(method, path, body or None, dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, found, response.read())
    finally:
        connection.close()


@dataclass(frozen=True)
class StandIn:
    """A vendor, or AWS, under control."""

    url: str

    def shows(self, what: str) -> Any:
        """What `GET /_sandbox/<what>` answers."""
        return self._control("GET", what).json()

    def set(self, what: str, value: Any) -> None:
        """Puts a value to `/_sandbox/<what>`."""
        assert self._control("PUT", what, value).status == 204

    @contextmanager
    def failing(self, *faults: Mapping[str, Any]) -> Iterator[None]:
        """Lets calls fail for the length of a `with` block."""
        assert self._control("POST", "faults", list(faults)).status == 201
        try:
            yield
        finally:
            self._control("DELETE", "faults")

    def failures(self) -> int:
        """How many calls got no good answer so far."""
        return sum(request["status"] != 200 for request in self.shows("requests"))

    def kill(self, function: str) -> None:
        """Kills all processes of a function, in the middle of whatever they do (AWS only)."""
        assert self._control("POST", "kill", {"function": function}).status == 200

    def _control(self, method: str, what: str, value: Any = None) -> Reply:
        return exchange(
            self.url, method, f"/_sandbox/{what}", body=b"" if value is None else json.dumps(value).encode()
        )


@dataclass(frozen=True)
class Hub:
    """A started local cloud; `folder` holds its endpoints and logs."""

    folder: Path
    endpoints: Mapping[str, Any] = field(repr=False)

    @property
    def url(self) -> str:
        return str(self.endpoints["hub"])

    @property
    def voucherify(self) -> StandIn:
        return StandIn(self.endpoints["voucherify"])

    @property
    def sink(self) -> StandIn:
        """Segment's Tracking API."""
        return StandIn(self.endpoints["sinks"]["segment"])

    @property
    def aws(self) -> StandIn:
        return StandIn(self.endpoints["aws"])

    def segment(self, action: str, body: Any, **headers: str) -> Reply:
        """What the Voucherify (Actions) destination sends for `action`: customer, event or group."""
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return self.send(f"/segmentio/{action}-processing", content, **headers)

    def send(self, path: str, content: bytes, **headers: str) -> Reply:
        """A request of Segment's with any body to any path."""
        with_type = {**self.segment_headers(), "content-type": "application/json"}
        return exchange(self.url, "POST", path, with_type | _named(headers), content)

    def test_authentication(self, **headers: str) -> Reply:
        """What Segment asks when somebody saves the destination's settings."""
        path = "/segmentio/test-authentication"
        return exchange(self.url, "GET", path, self.segment_headers() | _named(headers))

    def segment_headers(self) -> dict[str, str]:
        """As Segment sends them: Basic without a colon, a secret in base64, a new connection for each request."""
        keys = self.endpoints["connections"]["segment"]
        return {
            "authorization": f"Basic {in_base64(keys['application_id'])}",
            "secret-key": in_base64(keys["secret_key"]),
            "user-agent": "Segment (Actions)",
            "accept": "*/*",
            "accept-encoding": "gzip,deflate",
            "connection": "close",
        }

    def webhook(self, body: Any, *, signature: str | None = None) -> Reply:
        """A webhook of Voucherify's, signed unless a signature is given."""
        return self.signed(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), signature)

    def signed(self, content: bytes, signature: str | None = None) -> Reply:
        """A webhook with any body."""
        headers = {
            "content-type": "application/json",
            "x-voucherify-signature": signature or self.sign(content),
        }
        return exchange(self.url, "POST", f"/voucherify/webhooks/{self.endpoints['project']}", headers, content)

    def sign(self, content: bytes) -> str:
        """Voucherify's signature of a body."""
        return hmac.new(self.endpoints["webhook_secret"].encode(), content, hashlib.sha256).hexdigest()

    def wait_until_quiet(self) -> None:
        """Waits until nothing is in a queue, in the outbox or in the backlog any more, but for dead letters."""
        wait_until(lambda: not any(self.aws.shows("pending").values()))

    def calls(self, source_id: str) -> list[tuple[str, Any]]:
        """The calls about a customer that Voucherify got: `("POST /v1/events", body)`, in their order."""
        return [
            (f"{request['method']} {request['path']}", request["body"])
            for request in self.voucherify.shows("requests")
            if source_id in (request["path"].rpartition("/")[2], source_of(request["body"]))
        ]

    def write_at_voucherify(self, customer: Mapping[str, Any]) -> None:
        """Somebody else than the hub writes a customer."""
        headers = {**VOUCHERIFY_KEY, "content-type": "application/json"}
        content = json.dumps(customer).encode()
        assert exchange(self.voucherify.url, "POST", "/v1/customers", headers, content).status == 200

    def counted(self, metric: str) -> float:
        """The sum of one of the hub's metrics since the start, over all its dimensions."""
        logs = "".join(log.read_text() for log in self.folder.glob("logs/*.log"))
        return sum(map(float, re.findall(rf'"{metric}":\[([0-9.]+)\]', logs)))

    def dead_letters(self, source_id: str) -> list[dict[str, Any]]:
        """The dead letters about a customer."""
        pages = Clients.at(self.aws.url).dynamodb.get_paginator("scan").paginate(TableName=f"{STACK_NAME}-backlog")
        rows = [row for page in pages for row in page["Items"] if row["sk"]["S"].startswith("dead#")]
        letters = [json.loads(row["text"]["S"]) for row in rows]
        return [letter for letter in letters if letter["payload"].get("source_id") == source_id]

    def customer(self, source_id: str) -> Any:
        """A customer's profile at Voucherify."""
        return self.voucherify.shows(f"customers/{source_id}")

    def delivered(self, user_id: str) -> list[dict[str, Any]]:
        """What Segment took for a user."""
        return [event for event in self.sink.shows("delivered") if event.get("userId") == user_id]

    def duplicates(self, user_id: str) -> list[dict[str, Any]]:
        """What Segment got for a user once more, and did not take."""
        return [event for event in self.sink.shows("duplicates") if event.get("userId") == user_id]


def wait_until(condition: Callable[[], bool]) -> None:
    """Looks again and again until a condition holds."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(LOOK_EVERY_SECONDS)


def source_of(body: Any) -> Any:
    """The customer that the body of a call to Voucherify is about."""
    return (body.get("customer") or body).get("source_id") if isinstance(body, dict) else None


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
