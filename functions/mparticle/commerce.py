"""Commerce events as custom events (pure): what was done is in the name, amounts and ids are metadata."""

from typing import Any

from mparticle.models import Event, Item

_SCALARS = {
    "transaction_id",
    "affiliation",
    "total_amount",
    "tax_amount",
    "shipping_amount",
    "currency_code",
    "coupon_code",
}

TYPES = ("product_action", "promotion_action", "impression")


def name(event: Event) -> str:
    """`product_purchase`, `product_add_to_cart`, `promotion_click`, `product_impression`."""
    if event.type == "impression":
        return "product_impression"
    subject = "product" if event.type == "product_action" else "promotion"
    return f"{subject}_{event.action or 'unknown'}"


def details(event: Event) -> dict[str, Any]:
    """Lists instead of objects, since metadata schemas know lists best."""
    shown = [product for impression in event.impressions for product in impression.products]
    return {
        **event.model_dump(include=_SCALARS, exclude_none=True),
        **_listed("product", [*event.products, *shown]),
        **_listed("promotion", event.promotions),
    }


def _listed(kind: str, items: list[Item]) -> dict[str, list[str]]:
    lists = {
        f"{kind}_ids": [item.id for item in items if item.id],
        f"{kind}_names": [item.name for item in items if item.name],
    }
    return {name: values for name, values in lists.items() if values}
