"""Bloomreach Engagement: batch webhooks of a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.exchange import Reply, named, post


@dataclass(frozen=True)
class Bloomreach:
    """`keys` has `application_id` and `secret_key`."""

    url: str
    keys: Mapping[str, str]

    def customers(self, batch: Any, **headers: str) -> Reply:
        """A batch of customers, or bytes as they are."""
        return self.send("upsert-customer-bulk", batch, **headers)

    def events(self, batch: Any, **headers: str) -> Reply:
        """A batch of custom events."""
        return self.send("create-event-bulk", batch, **headers)

    def send(self, route: str, batch: Any, **headers: str) -> Reply:
        """Any body to one of Bloomreach's routes."""
        keys = {"application-id": self.keys["application_id"], "secret-key": self.keys["secret_key"]}
        return post(self.url, f"/bloomreach-engagement/{route}", keys | named(headers), batch)
