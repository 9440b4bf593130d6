"""Which of Voucherify's webhooks and distributions bring the twelve events: said once, told twice."""

from cdphub.outbound.events import CUSTOMER_EVENTS
from tests.hubctl.conftest import HUB_URL, Run
from tools.hubctl.webhooks import DISTRIBUTION_LIMITS, SOURCES, Source
from tools.local import ROOT
from voucherify.normalise import TWINS

PAGE = (ROOT / "docs" / "outbound.md").read_text()


def row(source: Source) -> str:
    webhook = f"`{source.webhook}`" if source.webhook else "none"
    unsure = ", if it is in the list" if source.unsure else ""
    return f"| `{source.event}` | {webhook}{unsure} | {'yes' if source.distribution else 'no'} |"


def test_there_is_a_source_for_each_of_the_twelve_events() -> None:
    assert sorted(source.event for source in SOURCES) == sorted(CUSTOMER_EVENTS)


def test_fan_out_knows_the_webhooks_that_are_named_otherwise() -> None:
    assert {source.webhook: source.event for source in SOURCES if source.webhook not in (None, source.event)} == TWINS


def test_the_page_says_the_same() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `customer.")]
    assert rows == [row(source) for source in SOURCES]
    assert DISTRIBUTION_LIMITS in " ".join(PAGE.split())


def test_every_event_is_told_once_where_it_is_best_had(run: Run, stack: str) -> None:
    told = run("project", "add", "shop", "--cluster", "eu", "--application-id", "id", lines=("key", "secret")).stdout
    lines = [line.strip() for line in told.splitlines()]
    webhooks, distributions, nowhere = (
        next(number for number, line in enumerate(lines) if line.startswith(beginning))
        for beginning in ("Project Settings", "Distributions: ", "Voucherify documents")
    )
    assert f"{HUB_URL}/voucherify/webhooks/shop" in told
    assert {"redemption.failed", "customer.rewarded"} <= set(lines[webhooks:distributions])
    assert lines[distributions + 1 : nowhere] == ["customer.reward_redemptions.completed"]
    assert lines[nowhere + 1 : nowhere + 4] == [
        "customer.publication.failed",
        "customer.validation.succeeded",
        "customer.validation.failed",
    ]
    assert DISTRIBUTION_LIMITS in lines
