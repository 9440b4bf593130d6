"""The canonical outbound event: what every CDP's deliver function turns into its vendor's words."""

from typing import Any

from pydantic import BaseModel, ConfigDict

CUSTOMER_EVENTS = (
    "customer.redemption.succeeded",
    "customer.redemption.failed",
    "customer.redemption.rollback.succeeded",
    "customer.redemption.rollback.failed",
    "customer.reward_redemptions.created",
    "customer.reward_redemptions.completed",
    "customer.publication.succeeded",
    "customer.publication.failed",
    "customer.rewarded",
    "customer.rewarded.loyalty_points",
    "customer.validation.succeeded",
    "customer.validation.failed",
)
"""The events that Voucherify's own CDP integrations send."""


class Person(BaseModel):
    """The customer an event is about; at least one of the ids is there."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | None = None
    source_id: str | None = None
    email: str | None = None
    name: str | None = None


class Event(BaseModel):
    """One of Voucherify's customer events.

    `key` tells it from every other event of the project, however often and in whatever envelope Voucherify sends it;
    `id` is that of Voucherify's event record, `occurred_at` ISO 8601 in UTC. `data` is what Voucherify sent, parsed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    type: str
    id: str
    occurred_at: str
    customer: Person
    data: dict[str, Any]


def title(event_type: str) -> str:
    """An event type as a name in title case: `customer.redemption.succeeded` -> `Customer Redemption Succeeded`."""
    return event_type.replace(".", " ").replace("_", " ").title()
