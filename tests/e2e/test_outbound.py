"""From Voucherify's webhooks to the CDPs: every event, once, whatever is posted twice or fails on the way."""

from cdphub.outbound.events import CUSTOMER_EVENTS, title
from tests.e2e.hub import Hub
from tests.e2e.webhooks import TWELVE, webhook


def test_g3_all_twelve_events_arrive_once_though_posted_twice(hub: Hub) -> None:
    """Those for which no project webhook is documented come from a distribution."""
    for name in TWELVE:
        for _ in range(2):
            reply = hub.webhook(webhook(name, "twelve-1"))
            assert (reply.status, list(reply.json())) == (202, ["trace_id"])
    hub.wait_until_quiet()
    names = [event["event"] for event in hub.delivered("twelve-1")]
    assert sorted(names) == sorted(title(event_type) for event_type in CUSTOMER_EVENTS)
    assert hub.duplicates("twelve-1") == []
    # By default mParticle is not told of publications.
    assert {cdp: hub.reached(cdp, "twelve-1") for cdp in hub.sinks} == dict.fromkeys(hub.sinks, 12) | {"mparticle": 10}


def test_g3_what_a_project_webhook_and_a_distribution_both_tell_arrives_once(hub: Hub) -> None:
    by_distribution = webhook("customer-redemption-succeeded", "twin-1")
    event = {**by_distribution["event"], "id": "evred_1", "type": "redemption.succeeded"}
    by_project = {**by_distribution, "id": "whs_1", "type": "redemption.succeeded", "event": event}
    for told in (by_distribution, by_project):
        assert hub.webhook(told).status == 202
    hub.wait_until_quiet()
    assert len(hub.delivered("twin-1")) == 1
    assert hub.duplicates("twin-1") == []


def test_an_event_reaches_segment_as_segment_wants_it(hub: Hub) -> None:
    hub.webhook(webhook("customer-validation-failed", "form-1"))
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
    body = webhook("customer-rewarded", "refused-1")
    with hub.aws.failing({"match": "SendMessageBatch"}):
        reply = hub.webhook(body)
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert hub.webhook(body).status == 202
    hub.wait_until_quiet()
    assert len(hub.delivered("refused-1")) == 1


def test_an_event_without_a_customer_is_acknowledged_counted_and_goes_nowhere(hub: Hub) -> None:
    requests, ignored = len(hub.sink.shows("requests")), hub.counted("EventIgnored")
    body = webhook("customer-redemption-succeeded", "nobody-1")
    body["data"]["customer"] = None
    assert hub.webhook(body).status == 202
    hub.wait_until_quiet()
    assert len(hub.sink.shows("requests")) == requests
    assert hub.counted("EventIgnored") == ignored + 1
