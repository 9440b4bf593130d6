"""mParticle's batches and requests; the golden pairs show whole batches."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest
from cdphub.outbound.events import CUSTOMER_EVENTS, Person
from cdphub.outbound.vendor import NoIdentityError
from mparticle.deliver import VENDOR
from mparticle.profile import PROFILE, Secrets, Settings
from mparticle.upload import BATCH_BYTES, batch, judge, request
from tests.mparticle.outgoing import PERSON, delivery


def data_of(text: str) -> dict[str, Any]:
    """What a batch's event says."""
    [event] = json.loads(text)["events"]
    data: dict[str, Any] = event["data"]
    return data


def sent(settings: dict[str, Any] | None = None, *batches: str) -> HttpRequest:
    return request(Settings.model_validate(settings or {}), Secrets(feed_key="fk", feed_secret="fs"), batches)


def test_g3_a_batch_is_the_same_at_every_attempt_and_has_one_id() -> None:
    first = delivery({"order": {"id": "o1"}})
    text = batch(first, Settings())
    assert batch(first.after_attempt(17), Settings()) == text
    assert json.loads(text)["source_request_id"] == data_of(text)["source_message_id"] == first.id


def test_an_event_tells_when_it_happened() -> None:
    assert data_of(batch(delivery(), Settings()))["timestamp_unixtime_ms"] == 1_767_225_600_007


def test_redemptions_are_transactions() -> None:
    kinds = {of: data_of(batch(delivery(of=of), Settings()))["custom_event_type"] for of in CUSTOMER_EVENTS}
    transactions = {
        "customer.redemption.succeeded",
        "customer.redemption.failed",
        "customer.redemption.rollback.succeeded",
        "customer.redemption.rollback.failed",
        "customer.reward_redemptions.created",
        "customer.reward_redemptions.completed",
    }
    assert kinds == {of: "transaction" if of in transactions else "other" for of in CUSTOMER_EVENTS}


def test_all_but_publications_are_sent_by_default() -> None:
    assert set(CUSTOMER_EVENTS) - set(PROFILE.default_events) == {
        "customer.publication.succeeded",
        "customer.publication.failed",
    }


@pytest.mark.parametrize(
    ("identity", "customer", "identities"),
    [
        ("customer_id", PERSON, {"customer_id": "u1"}),
        ("customerId", PERSON, {"customer_id": "u1"}),
        ("other3", PERSON, {"other_id_3": "u1"}),
        ("email", PERSON, {"email": "ana@example.com"}),
        ("mobile_number", Person(source_id="+4812"), {"mobile_number": "+4812"}),
        ("customer_id", Person(id="cust_1", email="ana@example.com"), {"email": "ana@example.com"}),
    ],
)
def test_a_user_has_one_identity(identity: str, customer: Person, identities: dict[str, str]) -> None:
    settings = Settings.model_validate({"outbound_identity": identity})
    assert json.loads(batch(delivery(customer=customer), settings))["user_identities"] == identities


@pytest.mark.parametrize(
    ("identity", "customer"), [("customer_id", Person(id="cust_1")), ("email", Person(id="cust_1", source_id="u1"))]
)
def test_without_an_identity_nothing_is_sent(identity: Any, customer: Person) -> None:
    with pytest.raises(NoIdentityError):
        batch(delivery(customer=customer), Settings(outbound_identity=identity))


@pytest.mark.parametrize(
    ("event_names", "name"),
    [
        ({}, "Customer Rewarded"),
        ({"customer.rewarded": "Points Earned"}, "Points Earned"),
        ({"customer.rewarded": "n" * 300}, "n" * 256),
    ],
)
def test_an_event_may_get_another_name_of_256_letters_at_most(event_names: dict[str, str], name: str) -> None:
    assert data_of(batch(delivery(), Settings(event_names=event_names)))["event_name"] == name


def test_g1_a_long_event_fits_into_a_batch_and_what_was_cut_is_counted_and_named(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    data = {"order": {"id": "o1", "items": [{"sku": "x" * 1_000}] * 40}} | {f"n{n}": "ü" * 4_000 for n in range(9)}
    text = batch(delivery(data), Settings())
    assert 100_000 < len(text) <= BATCH_BYTES
    attributes = data_of(text)["custom_attributes"]
    assert (attributes["order_id"], attributes["order_items_count"]) == ("o1", "40")
    assert "order_items" not in attributes
    assert '"Cut":[5.0]' in capsys.readouterr().out
    assert [vars(record)["left_out"] for record in caplog.records] == [["n5", "n6", "n7", "n8", "order_items"]]


def test_an_event_that_stays_too_long_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="longer"):
        batch(delivery(customer=Person(source_id="u" * 130_000)), Settings())


def test_a_request_is_a_list_of_batches() -> None:
    made = sent({}, '{"n":1}', '{"n":2}')
    assert (made.method, made.headers["Content-Type"]) == ("POST", "application/json")
    assert made.headers["Authorization"] == f"Basic {base64.b64encode(b'fk:fs').decode()}"
    assert json.loads(made.body or b"") == [{"n": 1}, {"n": 2}]


def test_a_request_stays_below_256_kb() -> None:
    assert VENDOR.limits.events == 100
    text = "x" * (VENDOR.limits.bytes - 1)
    assert len(sent({}, text).body or b"") < 256_000


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://s2s.us1.mparticle.com/v2/bulkevents"),
        ({"pod": "eu1"}, "https://s2s.eu1.mparticle.com/v2/bulkevents"),
        ({"pod": "eu1", "base_url": "https://s2s.mparticle.com/"}, "https://s2s.mparticle.com/v2/bulkevents"),
        ({"base_url": "https://s2s.mparticle.com/v2/events"}, "https://s2s.mparticle.com/v2/bulkevents"),
        ({"base_url": "https://s2s.mparticle.com/v2/bulkevents"}, "https://s2s.mparticle.com/v2/bulkevents"),
        ({"base_url": "https://proxy.example.com/mp"}, "https://proxy.example.com/mp/v2/bulkevents"),
    ],
)
def test_the_pod_or_the_feeds_url_says_where_to(settings: dict[str, Any], url: str) -> None:
    assert sent(settings).url == url


@pytest.mark.parametrize(
    "settings",
    [{"pod": "eu2"}, {"base_url": "http://example.com"}, {"environment": "unknown"}, {"outbound_identity": "mpid"}],
)
def test_wrong_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(settings)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (202, None),
        (400, FailureClass.INVALID),
        (401, FailureClass.AUTH),
        (403, FailureClass.AUTH),
        (404, FailureClass.TRANSIENT),
        (413, FailureClass.INVALID),
        (429, FailureClass.THROTTLE),
        (500, FailureClass.TRANSIENT),
        (503, FailureClass.TRANSIENT),
        (504, FailureClass.IN_DOUBT),
    ],
)
def test_what_a_status_means(status: int, failure: FailureClass | None) -> None:
    assert judge(HttpReply(status, {}, b""), PROFILE.failures).failure is failure


def test_a_throttled_request_waits_as_asked_and_says_whose_limit_it_was() -> None:
    headers = {"retry-after": "7", "x-mp-rate-limit-exceeded": "acceleration"}
    judged = judge(HttpReply(429, headers, b"slow down"), PROFILE.failures)
    assert (judged.wait_ms, judged.reason) == (7_000, "rate limit of acceleration: HTTP 429: slow down")


@pytest.mark.parametrize("headers", [{}, {"retry-after": "Sat, 21 Nov 2026 07:28:00 GMT"}])
def test_without_seconds_to_wait_the_hub_backs_off(headers: dict[str, str]) -> None:
    judged = judge(HttpReply(429, headers, b""), PROFILE.failures)
    assert (judged.failure, judged.wait_ms) == (FailureClass.THROTTLE, None)
