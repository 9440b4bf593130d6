"""Braze: the audience sync to Voucherify, one change of one user at a time, and Connected Content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.exchange import Reply, post


@dataclass(frozen=True)
class Braze:
    """`keys` has `application_id` and `secret_key`."""

    url: str
    keys: Mapping[str, str]

    def audience(self, action: str, user_id: str, audience_id: str, **fields: Any) -> Reply:
        """A user joins (`add`) or leaves (`delete`) an audience."""
        keys = {"applicationId": self.keys["application_id"], "secretKey": self.keys["secret_key"]}
        change = {"action": action, "user_id": user_id, "audience_id": audience_id, **fields}
        return post(self.url, "/braze/customer-webhook", keys, change)

    def connected_content(self, user_id: str, campaign: str) -> Reply:
        """A call of Voucherify's guide: the body is a form that Braze has made JSON of."""
        keys = {"X-App-Id": self.keys["application_id"], "X-App-Token": self.keys["secret_key"]}
        source_id = f"campaign-{user_id}"
        asked = {"campaign": campaign, "customer": user_id, "channel": "Braze", "source_id": source_id}
        return post(self.url, f"/v1/publications?cache_id={source_id}", keys, asked)
