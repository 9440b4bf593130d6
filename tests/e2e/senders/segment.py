"""Segment: the Voucherify (Actions) destination, and raw Spec messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.exchange import Reply, exchange, in_base64, named, post


@dataclass(frozen=True)
class Segment:
    """`keys` has `application_id` and `secret_key`."""

    url: str
    keys: Mapping[str, str]

    def action(self, action: str, body: Any, **headers: str) -> Reply:
        """What the Voucherify (Actions) destination sends for `action`: customer, event or group."""
        return self.send(f"/segmentio/{action}-processing", body, **headers)

    def raw(self, message: Any) -> Reply:
        """A Spec message as Segment's webhooks and the destination of 2020 send it, or a list of them."""
        return self.send("/segmentio/webhook", message)

    def send(self, path: str, body: Any, **headers: str) -> Reply:
        """Any body to any path."""
        return post(self.url, path, self.headers() | named(headers), body)

    def test_authentication(self, **headers: str) -> Reply:
        """What Segment asks when somebody saves the destination's settings."""
        return exchange(self.url, "GET", "/segmentio/test-authentication", self.headers() | named(headers))

    def headers(self) -> dict[str, str]:
        """As Segment sends them: Basic without a colon, a secret in base64, a new connection for each request."""
        return {
            "authorization": f"Basic {in_base64(self.keys['application_id'])}",
            "secret-key": in_base64(self.keys["secret_key"]),
            "user-agent": "Segment (Actions)",
            "accept": "*/*",
            "accept-encoding": "gzip,deflate",
            "connection": "close",
        }
