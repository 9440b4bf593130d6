"""Whether a publication is the one that was wished for (pure): no reply may carry another customer's code (G4)."""

from collections.abc import Mapping
from typing import Any

from publications.wish import Wish


def belongs(publication: Any, wish: Wish) -> bool:
    """Whether it gives codes, and tells the wish's customer and the wish's campaign or voucher."""
    if not isinstance(publication, dict) or publication.get("result", "SUCCESS") != "SUCCESS":
        return False
    return _is_customers(publication, wish) and _is_of(publication, wish)


def _is_customers(publication: Mapping[str, Any], wish: Wish) -> bool:
    customer = publication.get("customer")
    if not isinstance(customer, dict):
        customer = {"id": publication.get("customer_id"), "source_id": publication.get("tracking_id")}
    if wish.customer.id:
        return bool(customer.get("id") == wish.customer.id)
    return bool(customer.get("source_id") == wish.customer.source_id)


def _is_of(publication: Mapping[str, Any], wish: Wish) -> bool:
    voucher = publication.get("voucher")
    if wish.count > 1:
        codes = publication.get("vouchers")
        return isinstance(codes, list) and len(codes) == wish.count
    if not isinstance(voucher, dict) or not voucher.get("code"):
        return False
    if wish.voucher:
        return bool(voucher["code"] == wish.voucher)
    return wish.campaign.name in (voucher.get("campaign"), voucher.get("campaign_id"))
