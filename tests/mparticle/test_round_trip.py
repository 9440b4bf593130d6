"""What the hub sends to mParticle does not come back to Voucherify from there."""

import json
from typing import Any

import pytest

from mparticle.profile import Settings
from mparticle.upload import batch
from tests.fakes import World
from tests.mparticle.outgoing import delivery
from tests.mparticle.sender import MParticle, basic

RENAMED = {"event_names": {"customer.rewarded": "Points Earned"}}


def come_back(settings: dict[str, Any], feed: str | None) -> dict[str, Any]:
    """A batch of the hub's as mParticle's webhook sends it, with the mark of the feed that brought it."""
    given: dict[str, Any] = json.loads(batch(delivery(), Settings.model_validate(settings)))
    [event] = given["events"]
    attributes = event["data"]["custom_attributes"]
    event["data"]["custom_attributes"] = attributes | ({"mParticle Source Feed": feed} if feed else {})
    return given


@pytest.mark.parametrize(
    ("settings", "feed", "comes_through"),
    [
        ({}, "Voucherify", False),
        ({}, None, False),
        (RENAMED, "Voucherify", False),
        (RENAMED | {"feed_name": "Coupons"}, "Coupons", False),
        (RENAMED, "Coupons", True),
    ],
)
def test_what_the_feed_brought_and_what_has_our_names_is_skipped(
    world: World, settings: dict[str, Any], feed: str | None, comes_through: bool
) -> None:
    mparticle = MParticle(world, settings=settings)
    assert mparticle.send(come_back(settings, feed), basic())["statusCode"] == 200
    assert bool(mparticle.commands()) is comes_through
