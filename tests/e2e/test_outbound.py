"""From Voucherify's webhooks to Segment: every event, once, whatever is posted twice or fails on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdphub.outbound.events import CUSTOMER_EVENTS, title
from tests.e2e.hub import Hub

EVENTS = Path(__file__).parents[2] / "events" / "voucherify"
WEBHOOKS = sorted(EVENTS.glob("webhook-*.json"))


def webhook(path: Path, customer: str) -> Any:
    """The body of an event file as if it were about another customer, with ids of its own."""
    body = json.loads(path.read_text())["body"]
    return _renamed(json.loads(body), customer)


def _renamed(value: Any, customer: str) -> Any:
    if isinstance(value, list):
        return [_renamed(inner, customer) for inner in value]
    if not isinstance(value, dict):
        return value
    renamed = {name: _renamed(inner, customer) for name, inner in value.items()}
    if isinstance(value.get("id"), str):
        renamed["id"] = f"{value['id']}-{customer}"
    if isinstance(value.get("source_id"), str):
        renamed["source_id"] = customer
    return renamed


def test_g3_all_twelve_events_arrive_once_though_posted_twice(hub: Hub) -> None:
    for path in WEBHOOKS:
        for _ in range(2):
            reply = hub.webhook(webhook(path, "twelve-1"))
            assert (reply.status, list(reply.json())) == (202, ["trace_id"])
    hub.wait_until_quiet()
    names = [event["event"] for event in hub.delivered("twelve-1")]
    assert sorted(names) == sorted(title(event_type) for event_type in CUSTOMER_EVENTS)
    assert not [event for event in hub.sink.shows("rejected") if event["event"].get("userId") == "twelve-1"]


def test_an_event_reaches_segment_as_segment_wants_it(hub: Hub) -> None:
    hub.webhook(webhook(EVENTS / "webhook-customer-validation-failed.json", "form-1"))
    hub.wait_until_quiet()
    [event] = hub.delivered("form-1")
    assert event["type"] == "track"
    assert event["event"] == "Customer Validation Failed"
    assert event["timestamp"] == "2026-03-02T09:14:58.600Z"
    assert event["integrations"] == {"Voucherify (Actions)": False}
    assert event["messageId"].startswith("vf-")
    assert event["properties"]["validation"]["status"] == "INVALID"
    assert event["properties"]["customer"]["source_id"] == "form-1"


def test_g1_what_sqs_does_not_take_is_refused_and_its_repeat_arrives(hub: Hub) -> None:
    body = webhook(EVENTS / "webhook-customer-rewarded.json", "refused-1")
    with hub.aws.failing({"match": "SendMessageBatch", "rate": 1, "status": 500}):
        reply = hub.webhook(body)
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert hub.webhook(body).status == 202
    hub.wait_until_quiet()
    assert len(hub.delivered("refused-1")) == 1


def test_an_event_without_a_customer_is_acknowledged_and_goes_nowhere(hub: Hub) -> None:
    before = len(hub.sink.shows("requests"))
    body = webhook(EVENTS / "webhook-customer-redemption-succeeded.json", "nobody-1")
    body["data"]["customer"] = None
    assert hub.webhook(body).status == 202
    hub.wait_until_quiet()
    assert len(hub.sink.shows("requests")) == before


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "count": 3},
        {"status": 429, "count": 2, "headers": {"Retry-After": "2"}},
        {"reset": True, "count": 2, "effect": "none"},
        {"status": 401, "count": 2},
    ],
    ids=["down", "throttled", "cut off", "key refused"],
)
def test_g1_what_segment_does_not_take_is_delivered_when_it_is_back(hub: Hub, fault: dict[str, Any]) -> None:
    customer = f"back-{fault.get('status', 'reset')}"
    with hub.sink.failing({"match": "/v1/batch", **fault}):
        assert hub.webhook(webhook(EVENTS / "webhook-customer-rewarded-loyalty-points.json", customer)).status == 202
        hub.wait_until_quiet()
    assert len(hub.delivered(customer)) == 1
