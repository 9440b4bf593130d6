"""Envelopes, twins and keys (G3); what becomes of the data is told by the golden pairs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.outbound.events import CUSTOMER_EVENTS, Event
from tests.strategies import json_objects, json_values
from voucherify.normalise import TWINS, Ignored, normalise

EVENTS = Path(__file__).parents[2] / "events" / "voucherify"
CUSTOMER = {"id": "cust_1", "source_id": "u1"}
SUBJECTS = ("redemption", "redemption_rollback", "publication", "reward_redemption", "validation")


def webhook(event_type: str, event_id: str = "ev_1", **data: Any) -> dict[str, Any]:
    event = {"id": event_id, "type": event_type, "created_at": "2026-01-01T00:00:00.000Z"}
    return {"id": "whs_1", "type": "free text", "event": event, "data": {"customer": CUSTOMER, **data}}


def activity(event_type: str, event_id: str = "ev_1", **data: Any) -> dict[str, Any]:
    inner = {"data": {"customer": CUSTOMER, **data}, "event_source": {}}
    return {"id": event_id, "type": event_type, "created_at": "2026-01-01T00:00:00.000Z", "data": inner}


def normal(body: Any) -> Event:
    event = normalise(body, 0)
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize("event_type", CUSTOMER_EVENTS)
def test_every_event_has_a_webhook_among_the_examples(event_type: str) -> None:
    name = event_type.replace(".", "-").replace("_", "-")
    example = json.loads((EVENTS / f"webhook-{name}.json").read_text())
    assert normal(json.loads(example["body"])).type == event_type


@pytest.mark.parametrize(("told", "twin"), TWINS.items())
def test_g3_a_project_webhook_and_a_distribution_tell_the_same_event(told: str, twin: str) -> None:
    data: dict[str, Any] = {subject: {"id": f"{subject}_1"} for subject in SUBJECTS}
    project, distribution = normal(webhook(told, "evred_1", **data)), normal(webhook(twin, "evcus_1", **data))
    assert (project.type, project.key) == (distribution.type, distribution.key)


def test_an_event_that_one_page_calls_otherwise_than_its_siblings_is_one_of_them() -> None:
    told = normal(webhook("loyalty_card.pending_points.updated", "evcus_1"))
    assert told.type == "customer.voucher.loyalty_card.pending_points.updated"


@pytest.mark.parametrize("event_type", CUSTOMER_EVENTS)
def test_g3_the_activity_form_tells_the_same_event(event_type: str) -> None:
    data: dict[str, Any] = {subject: {"id": f"{subject}_1"} for subject in SUBJECTS}
    assert normal(activity(event_type, **data)) == normal(webhook(event_type, **data))


@pytest.mark.parametrize(
    ("event_type", "subject"),
    [
        ("customer.redemption.succeeded", "redemption"),
        ("customer.redemption.failed", "redemption"),
        ("customer.redemption.rollback.succeeded", "redemption_rollback"),
        ("customer.redemption.rollback.failed", "redemption_rollback"),
        ("customer.publication.succeeded", "publication"),
        ("customer.publication.failed", "publication"),
        ("customer.reward_redemptions.created", "reward_redemption"),
        ("customer.reward_redemptions.completed", "reward_redemption"),
        ("customer.validation.succeeded", "validation"),
        ("customer.validation.failed", "validation"),
    ],
)
def test_g3_an_event_is_known_by_what_it_is_named_after(event_type: str, subject: str) -> None:
    one, again, other = (
        normal(webhook(event_type, event_id, **{subject: {"id": subject_id}}))
        for event_id, subject_id in [("ev_1", "1"), ("ev_2", "1"), ("ev_1", "2")]
    )
    assert one.key == again.key != other.key


@pytest.mark.parametrize("event_type", ["customer.rewarded", "customer.rewarded.loyalty_points", "customer.other"])
def test_one_redemption_can_give_several_rewards(event_type: str) -> None:
    data = {"redemption": {"id": "r_1"}}
    assert normal(webhook(event_type, "ev_1", **data)).key != normal(webhook(event_type, "ev_2", **data)).key


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05.678912Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000Z"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"),
        *((bad, "1970-01-01T00:00:01.234Z") for bad in (None, 7, "", "soon", "0001-01-01T00:00:00+14:00")),
    ],
)
def test_an_event_has_its_own_time_or_else_that_of_its_arrival(written: Any, told: str) -> None:
    body = webhook("customer.rewarded")
    body["event"]["created_at"] = written
    event = normalise(body, 1234)
    assert isinstance(event, Event)
    assert event.occurred_at == told


@pytest.mark.parametrize(
    "customer", [None, {}, [], "u1", {"id": "", "source_id": None}, {"email": "u1@example.com"}, {"id": 7}]
)
def test_an_event_without_a_customer_is_ignored(customer: Any) -> None:
    assert normalise(webhook("customer.rewarded", customer=customer), 0) == Ignored("no customer")


@pytest.mark.parametrize(
    "body", [None, 7, "text", [], {}, {"customer": CUSTOMER}, {"event": {"id": "ev_1"}, "data": {"customer": CUSTOMER}}]
)
def test_a_body_without_an_envelope_is_ignored(body: Any) -> None:
    assert normalise(body, 0) == Ignored("no envelope")


def test_a_published_voucher_is_told_by_its_publication() -> None:
    assert isinstance(normalise(webhook("voucher.published"), 0), Ignored)


@given(json_values() | st.fixed_dictionaries({"event": json_values(), "data": json_values()}))
def test_no_body_breaks_it(body: Any) -> None:
    normalise(body, 0)


@given(event_type=st.sampled_from(CUSTOMER_EVENTS), data=json_objects())
def test_whatever_an_event_says_it_is_about_its_customer(event_type: str, data: dict[str, Any]) -> None:
    event = normal(webhook(event_type, **{**data, "customer": CUSTOMER}))
    assert (event.type, event.customer.source_id) == (event_type, "u1")
