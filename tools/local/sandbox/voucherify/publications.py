"""Publications (https://docs.voucherify.io/api-reference/publications/create-publication): codes never run out."""

from collections.abc import Collection
from typing import Any, NamedTuple

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bodies import CampaignChoice, PublicationBody, json_of, parse
from tools.local.sandbox.voucherify.errors import duplicate_source_id, missing_vouchers, not_found
from tools.local.sandbox.voucherify.history import Effect
from tools.local.sandbox.voucherify.profiles import Customer
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.values import iso_time


class _Published(NamedTuple):
    body: PublicationBody
    publication: dict[str, Any]


class Publications:
    """The call /v1/publications; a repeat with the same `source_id` gets the same publication."""

    def __init__(self, project: Project, campaigns: Collection[str]) -> None:
        self._project = project
        self._campaigns = campaigns
        self._by_source: dict[str, _Published] = {}

    def routes(self) -> dict[str, Handler]:
        return {"POST /v1/publications": self._publish}

    def _publish(self, request: Request) -> Reply:
        body = parse(PublicationBody, json_of(request))
        if not body.campaign:
            raise missing_vouchers()
        if body.campaign.name not in self._campaigns:
            raise not_found("campaign", body.campaign.name)
        if body.source_id in self._by_source:
            return Reply.of(200, self._again(body.source_id, body))
        at = self._project.now_ms()
        customer = self._project.profiles.upsert(body.customer, at)
        fields = body.customer.sent()
        self._project.history.add(Effect(at, "customer", customer.source_id, request.index, fields))
        publication = self._new(body, body.campaign, customer)
        if body.source_id:
            self._by_source[body.source_id] = _Published(body, publication)
        return Reply.of(200, publication)

    def _again(self, source_id: str, body: PublicationBody) -> dict[str, Any]:
        """The publication of before; refused when the id was used for another customer or campaign."""
        before = self._by_source[source_id]
        if (before.body.campaign, _who(before.body)) != (body.campaign, _who(body)):
            raise duplicate_source_id(source_id)
        return before.publication

    def _new(self, body: PublicationBody, campaign: CampaignChoice, customer: Customer) -> dict[str, Any]:
        vouchers = [self._voucher(campaign.name, customer) for _ in range(campaign.count)]
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

    def _voucher(self, campaign: str, customer: Customer) -> dict[str, Any]:
        return {
            "id": self._project.ids("v_"),
            "code": self._project.ids("CODE-"),
            "campaign": campaign,
            "type": "DISCOUNT_VOUCHER",
            "active": True,
            "metadata": {},
            "holder_id": customer.id,
            "object": "voucher",
        }


def _who(body: PublicationBody) -> tuple[str | None, str | None]:
    return body.customer.id, body.customer.source_id
