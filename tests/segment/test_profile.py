"""Segment's profile, and whether its README keeps up with it."""

from pathlib import Path

import pytest

from cdphub.outbound.events import CUSTOMER_EVENTS
from segment.profile import PROFILE

FUNCTIONS = Path(__file__).parents[2] / "functions"
README = (FUNCTIONS / "segment" / "README.md").read_text()


def test_the_twelve_events_have_names_in_title_case() -> None:
    assert len(PROFILE.event_names) == 12
    assert PROFILE.event_names["customer.reward_redemptions.created"] == "Customer Reward Redemptions Created"
    assert PROFILE.event_names["customer.rewarded.loyalty_points"] == "Customer Rewarded Loyalty Points"


@pytest.mark.parametrize("event", CUSTOMER_EVENTS)
def test_the_readme_says_where_every_event_comes_from(event: str) -> None:
    assert f"`{event}`" in README
