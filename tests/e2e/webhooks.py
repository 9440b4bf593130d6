"""Webhooks of Voucherify's."""

from typing import Any


def redemption(number: str, source_id: str) -> dict[str, Any]:
    """A voucher was redeemed, as a distribution tells it."""
    return {
        "id": f"whs_{number}",
        "type": "Sale!",
        "data": {
            "customer": {"id": f"cust_{source_id}", "source_id": source_id},
            "redemption": {"id": f"r_{number}", "result": "SUCCESS"},
            "voucher": {"id": f"v_{number}", "code": f"CODE-{number}"},
        },
        "source": {"id": "distr_1", "object": "distribution"},
        "event": {
            "id": f"evcus_{number}",
            "type": "customer.redemption.succeeded",
            "created_at": "2026-03-02T10:00:00.000Z",
            "entity_id": f"r_{number}",
        },
    }
