"""Iterable: data feeds, asked for while a message is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tests.e2e.exchange import Reply, exchange


@dataclass(frozen=True)
class Iterable:
    """`keys` has `application_id` and `secret_key`."""

    url: str
    keys: Mapping[str, str]

    def data_feed(self, source_id: str, campaign: str) -> Reply:
        """The address of Voucherify's guide, with the profile's id filled in."""
        keys = {"X-App-Id": self.keys["application_id"], "X-App-Token": self.keys["secret_key"]}
        asked = f"customer[source_id]={quote(source_id, safe='')}&campaign[name]={campaign}"
        return exchange(self.url, "GET", f"/v1/publications/create?{asked}", keys)
