"""Where each of Voucherify's customer events can be had.

Project webhooks: https://docs.voucherify.io/api-reference/project-settings-webhooks; distributions:
https://docs.voucherify.io/api-reference/distribution-webhooks; limits: https://docs.voucherify.io/guides/limits.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """What to tick in the project's webhook to get an event, and what else sends it.

    Without `webhook` there is none. A `webhook` that is `unsure` is in Voucherify's documentation at one place only.
    `distribution`: whether a distribution can send it.
    """

    event: str
    webhook: str | None = None
    distribution: bool = False
    unsure: bool = False


SOURCES = (
    Source("customer.redemption.succeeded", "redemption.succeeded", distribution=True),
    Source("customer.redemption.failed", "redemption.failed"),
    Source("customer.redemption.rollback.succeeded", "redemption.rollback.succeeded", distribution=True),
    Source("customer.redemption.rollback.failed", "redemption.rollback.failed"),
    Source("customer.publication.succeeded", "publication.succeeded", distribution=True),
    Source("customer.rewarded", "customer.rewarded", distribution=True),
    Source("customer.rewarded.loyalty_points", "customer.rewarded.loyalty_points", distribution=True),
    Source("customer.reward_redemptions.completed", distribution=True),
    Source("customer.reward_redemptions.created", "customer.reward_redemptions.created", unsure=True),
    Source("customer.publication.failed"),
    Source("customer.validation.succeeded"),
    Source("customer.validation.failed"),
)

DISTRIBUTION_LIMITS = (
    "Project webhooks have no limit. Distributions send 10 messages a day, and 10 a month, unless the project has "
    "passed Voucherify's anti-spam check; in a trial 10 a day and 100 a month."
)


def advice() -> Iterator[str]:
    """What to set up in Voucherify so that every event that can be had reaches the hub, line by line."""
    yield "Project Settings > Webhooks: let these go there"
    for source in SOURCES:
        if source.webhook:
            yield f"  {source.webhook}{' (if it is in the list)' if source.unsure else ''}"
    yield "  customer.deleted (the hub then forgets whom you delete)"
    yield "Distributions: make one that sends a webhook there, raw payload unticked, for"
    yield from (f"  {source.event}" for source in SOURCES if source.distribution and not source.webhook)
    yield "Voucherify documents no webhook for"
    yield from (f"  {source.event}" for source in SOURCES if not source.webhook and not source.distribution)
    yield DISTRIBUTION_LIMITS
