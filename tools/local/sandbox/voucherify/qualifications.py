"""Qualifications: what a customer can redeem (https://docs.voucherify.io/api-reference/qualifications/check-eligibility).

A customer can redeem every promotion of the project, and the vouchers that were published to it. No rule is checked.
"""

from collections.abc import Iterator
from typing import Any

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bodies import QualificationBody, json_of, parse
from tools.local.sandbox.voucherify.profiles import Customer
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.publications import Publications
from tools.local.sandbox.voucherify.values import iso_time

VOUCHERS_PERCENT = 10.0
"""What every voucher takes off."""

_WITH_PROMOTIONS = ("ALL", "AUDIENCE_ONLY")
_WITH_VOUCHERS = ("ALL", "CUSTOMER_WALLET")


class Qualifications:
    """The call `POST /v1/qualifications`; `promotions` maps names to the percentage that they take off."""

    def __init__(self, project: Project, publications: Publications, promotions: dict[str, float]) -> None:
        self.promotions = promotions
        self._project = project
        self._publications = publications
        self._began_ms = project.now_ms()

    def routes(self) -> dict[str, Handler]:
        return {"POST /v1/qualifications": self._post}

    def _post(self, request: Request) -> Reply:
        body = parse(QualificationBody, json_of(request))
        customer = self._customer(body)
        found = list(self._redeemables(body, customer))
        if body.options.sorting_rule == "DEFAULT":
            found.sort(key=lambda one: one["created_at"], reverse=True)
        else:
            found.sort(key=_discount, reverse=body.options.sorting_rule == "BEST_DEAL")
        shown = found[: body.options.limit]
        listed = {"object": "list", "data_ref": "data", "data": shown, "total": len(shown)}
        told = {"redeemables": {**listed, "has_more": len(found) > len(shown)}}
        source_id = (customer and customer.source_id) or ""
        order = {"order": body.order} if body.order else {}
        return Reply.of(200, {**told, "tracking_id": f"track_{source_id.encode().hex()}", **order})

    def _customer(self, body: QualificationBody) -> Customer | None:
        """Whom it is about; an id has to exist, a source_id need not."""
        if body.customer is None:
            return None
        profiles = self._project.profiles
        if body.customer.id:
            return profiles.find(body.customer.id)
        return profiles.by_source(body.customer.source_id or "")

    def _redeemables(self, body: QualificationBody, customer: Customer | None) -> Iterator[dict[str, Any]]:
        amount = (body.order or {}).get("amount") or 0
        if body.scenario in _WITH_PROMOTIONS:
            for name, percent in self.promotions.items():
                named = {"name": name, "banner": name, "campaign_name": name}
                promotion = {"id": f"promo_{name.encode().hex()}", "object": "promotion_tier", **named}
                yield {**promotion, "created_at": iso_time(self._began_ms), **_worth(percent, amount)}
        if customer and body.scenario in _WITH_VOUCHERS:
            for publication in self._publications.of(customer.id):
                voucher = publication["voucher"]
                names = {"campaign_name": voucher["campaign"], "campaign_id": voucher["campaign_id"]}
                given = {"id": voucher["code"], "object": "voucher", "created_at": publication["created_at"], **names}
                yield {**given, **_worth(VOUCHERS_PERCENT, amount)}


def _worth(percent: float, amount: int) -> dict[str, Any]:
    # In whole numbers, since an amount may be longer than a float can be.
    off = amount * round(percent * 100) // 10_000
    applied = {"total_discount_amount": off, "total_applied_discount_amount": off, "total_amount": amount - off}
    discount = {"type": "PERCENT", "effect": "APPLY_TO_ORDER", "percent_off": percent, "is_dynamic": False}
    nothing = {"object": "list", "data_ref": "data", "data": [], "total": 0}
    return {
        "result": {"discount": discount},
        "order": {"amount": amount, **applied, "object": "order"},
        "applicable_to": nothing,
        "inapplicable_to": nothing,
        "metadata": {},
    }


def _discount(redeemable: dict[str, Any]) -> int:
    off: int = redeemable["order"]["total_applied_discount_amount"]
    return off
