"""Bloomreach Engagement: webhooks of a scenario, in batches and one per customer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.e2e.exchange import Reply, exchange, named, post


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

    def publish(self, source_id: str, campaign: str) -> Reply:
        """Asks for a code."""
        return self._ask("POST", "publications", {"customer": {"source_id": source_id}, "campaign": {"name": campaign}})

    def points(self, source_id: str) -> Reply:
        """Asks for a customer's profile."""
        return self._ask("GET", f"customers/{quote(source_id, safe='')}")

    def wallet(self, source_id: str) -> Reply:
        """Asks what a customer can redeem with the codes it has."""
        return self._ask(
            "POST", "qualifications", {"customer": {"source_id": source_id}, "scenario": "CUSTOMER_WALLET"}
        )

    def _ask(self, method: str, what: str, body: Any = None) -> Reply:
        keys = {"x-app-id": self.keys["application_id"], "x-app-token": self.keys["secret_key"]}
        content = b"" if body is None else json.dumps(body).encode()
        return exchange(self.url, method, f"/v1/{what}", {**keys, "content-type": "application/json"}, content)

    def send(self, route: str, batch: Any, **headers: str) -> Reply:
        """Any body to one of Bloomreach's routes."""
        keys = {"application-id": self.keys["application_id"], "secret-key": self.keys["secret_key"]}
        return post(self.url, f"/bloomreach-engagement/{route}", keys | named(headers), batch)
