"""Publications (https://docs.voucherify.io/api-reference/publications/create-publication)."""

from typing import Any, Literal, NamedTuple

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bodies import PublicationBody, json_of, parse, whole_number
from tools.local.sandbox.voucherify.campaigns import Campaigns, Codes
from tools.local.sandbox.voucherify.errors import (
    already_joined,
    duplicate_source_id,
    invalid_query,
    missing_vouchers,
    too_many_vouchers,
)
from tools.local.sandbox.voucherify.history import Effect
from tools.local.sandbox.voucherify.profiles import Customer
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.queries import nested
from tools.local.sandbox.voucherify.values import iso_time

CREATE = "/v1/publications/create"
"""Only integration keys may call it."""

Repeated = Literal["same", "refused"]
"""What a repeat gets: Voucherify's pages promise the same code in one place, and a refusal in another."""

LISTED = ("code", "object", "campaign")
"""What lists tell of a voucher, besides what it is worth: its campaign's name, but not the campaign's id."""


class _Published(NamedTuple):
    body: PublicationBody
    publication: dict[str, Any]
    campaign: str


class Publications:
    """The calls below /v1/publications."""

    def __init__(self, project: Project, campaigns: Campaigns) -> None:
        self.campaigns = campaigns
        self.repeated_source_id: Repeated = "same"
        self.repeated_join: Repeated = "same"
        self._project = project
        self._published: list[_Published] = []

    def routes(self) -> dict[str, Handler]:
        return {
            "POST /v1/publications": self._post,
            f"GET {CREATE}": self._create,
            "GET /v1/publications": self._list,
            "GET /v1/campaigns/<campaign>": self._campaign,
        }

    def shown(self) -> list[dict[str, Any]]:
        """All publications, the oldest first."""
        return [each.publication for each in self._published]

    def of(self, customer_id: str) -> list[dict[str, Any]]:
        """The customer's publications of one voucher."""
        return [each for each in self.shown() if each["customer_id"] == customer_id and "voucher" in each]

    def _post(self, request: Request) -> Reply:
        body = parse(PublicationBody, json_of(request))
        return Reply.of(200, self._publish(body, request.query.get("join_once") == "true", request))

    def _create(self, request: Request) -> Reply:
        asked = nested(request.query)
        if "customer" not in asked:
            raise invalid_query("Query should have required property 'customer'")
        if isinstance(asked.get("campaign"), dict) and asked["campaign"].pop("count", "1") != "1":
            raise too_many_vouchers()
        body = parse(PublicationBody, asked)
        return Reply.of(200, self._publish(body, request.query.get("join_once") == "true", request))

    def _list(self, request: Request) -> Reply:
        """The newest first; filtered by customer (its id), campaign (its name), voucher, source_id and result."""
        limit = whole_number(request, "limit", 10, 100)
        found = [_listed(each.publication) for each in reversed(self._published) if _fits(each, request)]
        told = {"object": "list", "data_ref": "publications", "publications": found[:limit], "total": len(found)}
        return Reply.of(200, told)

    def _campaign(self, request: Request, campaign: str) -> Reply:
        """By its id or its name."""
        return Reply.of(200, self.campaigns.find(campaign).shown())

    def _publish(self, body: PublicationBody, join_once: bool, request: Request) -> dict[str, Any]:
        if not body.campaign and not body.voucher:
            raise missing_vouchers()
        codes = self._codes(body)
        if before := self._before(body):
            return before
        at = self._project.now_ms()
        customer = self._project.profiles.upsert(body.customer, at)
        self._project.history.add(
            Effect(at, "customer", customer.source_id, request.index, body.customer.sent()),
        )
        if (join_once or codes.join_once) and customer.id in codes.members:
            if self.repeated_join == "refused":
                raise already_joined()
            return codes.members[customer.id]
        count = body.campaign.count if body.campaign else 1
        publication = self._new(body, customer, codes.take(customer.id, body.voucher, count))
        codes.members[customer.id] = publication
        self._published.append(_Published(body, publication, codes.name))
        return publication

    def _codes(self, body: PublicationBody) -> Codes:
        """The voucher's campaign, if one is named, else the campaign that is."""
        if body.voucher:
            return self.campaigns.of_code(body.voucher)
        return self.campaigns.find(body.campaign.name if body.campaign else "")

    def _before(self, body: PublicationBody) -> dict[str, Any] | None:
        """The publication of this source_id; refused when that was for another customer or campaign."""
        for before, publication, _ in self._published:
            if body.source_id and before.source_id == body.source_id:
                if self.repeated_source_id == "refused" or _what(before) != _what(body):
                    raise duplicate_source_id(body.source_id)
                return publication
        return None

    def _new(self, body: PublicationBody, customer: Customer, vouchers: list[dict[str, Any]]) -> dict[str, Any]:
        one = len(vouchers) == 1
        given = {"voucher": vouchers[0]} if one else {"vouchers": [voucher["code"] for voucher in vouchers]}
        return {
            "id": self._project.ids("pub_"),
            "object": "publication",
            "created_at": iso_time(self._project.now_ms()),
            "customer_id": customer.id,
            "tracking_id": customer.source_id,
            "metadata": body.metadata or {},
            "channel": body.channel,
            "source_id": body.source_id,
            "result": "SUCCESS",
            "customer": customer.shown_short(),
            **given,
            "vouchers_id": [voucher["id"] for voucher in vouchers],
        }


def _what(body: PublicationBody) -> tuple[object, ...]:
    """Whose publication it is, and of what."""
    return body.customer.id, body.customer.source_id, body.voucher or body.campaign


def _listed(publication: dict[str, Any]) -> dict[str, Any]:
    """The publication as lists have it."""
    if "voucher" not in publication:
        return publication
    return {**publication, "voucher": {name: publication["voucher"][name] for name in LISTED}}


def _fits(published: _Published, request: Request) -> bool:
    publication = published.publication
    told = {
        "campaign": published.campaign,
        "customer": publication["customer_id"],
        "voucher": publication.get("voucher", {}).get("code"),
        "source_id": publication["source_id"],
        "result": publication["result"],
    }
    return all(request.query.get(name, value) == value for name, value in told.items())
