"""Braze: the audience sync to Voucherify, one change of one user at a time."""

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
