"""Voucherify or Segment out of order for a while: nothing is lost, all of it arrives when they are back (G1)."""

from collections import Counter
from typing import Any

import pytest

from tests.e2e.exchange import wait_until
from tests.e2e.hub import Hub
from tests.e2e.load import commands, send_all
from tests.e2e.outcome import outcome
from tests.e2e.webhooks import webhook

CUSTOMERS = 5

OUTAGES: dict[str, dict[str, Any]] = {
    "down": {"status": 503},
    "unreachable": {"reset": True},
    "throttled": {"status": 429, "headers": {"Retry-After": "5"}},
    "slow": {"status": 504, "delay": 9},  # seconds: the hub waits for 7
    "key-rejected": {"status": 401},
}


@pytest.mark.parametrize("how", OUTAGES)
def test_g1_nothing_is_lost_while_voucherify_is(hub: Hub, how: str) -> None:
    source_ids = [f"{how}-{number}" for number in range(CUSTOMERS)]
    failures, dead = hub.voucherify.failures(), hub.counted("Dead")
    with hub.voucherify.failing({"match": "/v1/", **OUTAGES[how]}):
        sent = send_all(hub, source_ids)
        wait_until(lambda: hub.voucherify.failures() > failures)
    hub.wait_until_quiet()
    found = outcome(hub, sent, {})
    for source_id in source_ids:
        expected = commands(source_id)
        assert set(found.events(source_id)) == {command.number for command in expected if command.is_event}
        assert found.profiles[source_id] == {field: command.number for command in expected for field in command.fields}
    assert hub.counted("Dead") == dead


@pytest.mark.parametrize("how", OUTAGES)
def test_g1_nothing_is_lost_while_segment_is(hub: Hub, how: str) -> None:
    """Also when Segment takes what it answers too late: its messageId tells the repeat, and counts once."""
    failures, dead = hub.sink.failures(), hub.counted("Dead")
    with hub.sink.failing({"match": "/v1/batch", "effect": "before" if how == "slow" else "none", **OUTAGES[how]}):
        for number in range(CUSTOMERS):
            assert hub.webhook(webhook("customer-rewarded", f"{how}-{number}")).status == 202
        wait_until(lambda: hub.sink.failures() > failures)
    hub.wait_until_quiet()
    delivered = Counter(track["userId"] for track in hub.sink.shows("delivered"))
    assert [delivered[f"{how}-{number}"] for number in range(CUSTOMERS)] == [1] * CUSTOMERS
    assert hub.counted("Dead") == dead
