"""Segment's profile."""

from segment.profile import PROFILE


def test_events_have_names_in_title_case() -> None:
    assert PROFILE.event_name("customer.reward_redemptions.created") == "Customer Reward Redemptions Created"
    assert PROFILE.event_name("customer.rewarded.loyalty_points") == "Customer Rewarded Loyalty Points"
