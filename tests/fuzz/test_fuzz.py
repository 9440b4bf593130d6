"""A short form of `make fuzz`, and whether it would find anything."""

from collections import Counter
from typing import Any

import pytest

from cdphub.api import Reply, reply
from cdphub.queues import Message
from front.default import PROFILES
from tests.fuzz.doors import hub_of_all
from tests.fuzz.fuzz import Told, check_reply, check_stored, fuzz
from tests.fuzz.targets import HARMLESS, VOUCHERIFY, Target, targets

BODIES = 15
TARGETS = list(targets())


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_nothing_that_is_sent_makes_trouble(target: Target) -> None:
    told: Told = Counter()
    fuzz(target, BODIES, told)
    assert told.total() >= BODIES


def test_every_caller_is_among_the_targets() -> None:
    assert {target.cdp for target in TARGETS} == {*PROFILES, VOUCHERIFY}
    assert set(HARMLESS) <= {target.cdp for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("bad", [reply(500, {}), reply(418, {}), reply(503, {}, {"retry-after": "5"})], ids=str)
def test_a_status_that_harms_would_be_found(target: Target, bad: Reply) -> None:
    with pytest.raises(AssertionError):
        check_reply(target, bad, broken=False)


@pytest.mark.parametrize(
    "stored", [{"x": float("inf")}, {"x": float("nan")}, {"x": "x" * 300_000}, {"commands": []}], ids=lambda _: ""
)
def test_a_message_that_cannot_be_read_would_be_found(stored: dict[str, Any]) -> None:
    with hub_of_all() as world:
        world.queues.send("apply", [Message(stored)])
        with pytest.raises((AssertionError, ValueError)):
            check_stored(world)
