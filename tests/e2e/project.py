"""One project that the hub serves: what its CDPs send, and what arrives at its Voucherify."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.exchange import exchange
from tests.e2e.senders.bloomreach import Bloomreach
from tests.e2e.senders.braze import Braze
from tests.e2e.senders.iterable import Iterable
from tests.e2e.senders.mparticle import MParticle
from tests.e2e.senders.segment import Segment
from tests.e2e.stand_in import StandIn

Call = tuple[str, Any]


@dataclass(frozen=True)
class Project:
    """`api_key` is that of the hub at Voucherify, `keys` are those that the CDPs present, by CDP."""

    hub: str
    voucherify_url: str
    api_key: Mapping[str, str]
    keys: Mapping[str, Mapping[str, str]]

    @property
    def voucherify(self) -> StandIn:
        return StandIn(self.voucherify_url, f"?project={self.api_key['X-App-Id']}")

    @property
    def segment(self) -> Segment:
        return Segment(self.hub, self.keys["segment"])

    @property
    def bloomreach(self) -> Bloomreach:
        return Bloomreach(self.hub, self.keys["bloomreach"])

    @property
    def mparticle(self) -> MParticle:
        return MParticle(self.hub, self.keys["mparticle"])

    @property
    def braze(self) -> Braze:
        return Braze(self.hub, self.keys["braze"])

    @property
    def iterable(self) -> Iterable:
        return Iterable(self.hub, self.keys["iterable"])

    def requests(self) -> list[dict[str, Any]]:
        """The calls that Voucherify got for this project, in their order."""
        found = self.voucherify.shows("requests")
        return [request for request in found if _application_id(request) == self.api_key["X-App-Id"]]

    def calls(self, source_id: str) -> list[Call]:
        """Those about a customer: `("POST /v1/events", body)`."""
        return [
            (f"{request['method']} {request['path']}", request["body"])
            for request in self.requests()
            if source_id in (request["path"].rpartition("/")[2], source_of(request["body"]))
        ]

    def customer(self, source_id: str) -> Any:
        """A customer's profile at Voucherify."""
        return self.voucherify.shows(f"customers/{source_id}")

    def customers(self) -> dict[str, Any]:
        """All profiles at Voucherify, by source_id."""
        return {customer["source_id"]: customer for customer in self.voucherify.shows("customers")}

    def metadata(self, source_id: str) -> Any:
        """The metadata of a customer's profile."""
        return self.customer(source_id)["metadata"]

    def publications(self) -> int:
        """How many publications Voucherify has made."""
        reply = exchange(self.voucherify_url, "GET", "/v1/publications?limit=1", self.api_key)
        return int(reply.json()["total"])

    def write_at_voucherify(self, customer: Mapping[str, Any]) -> None:
        """Somebody else than the hub writes a customer."""
        headers = {**self.api_key, "content-type": "application/json"}
        content = json.dumps(customer).encode()
        assert exchange(self.voucherify_url, "POST", "/v1/customers", headers, content).status == 200


def source_of(body: Any) -> Any:
    """The customer that the body of a call to Voucherify is about."""
    return (body.get("customer") or body).get("source_id") if isinstance(body, dict) else None


def _application_id(request: Mapping[str, Any]) -> str | None:
    return {name.lower(): value for name, value in request["headers"].items()}.get("x-app-id")
