"""From Segment's Voucherify (Actions) destination to Voucherify: the right calls, and few of them."""

from typing import Any

import pytest

from tests.e2e.exchange import in_base64
from tests.e2e.hub import Hub


def test_identify_sets_the_customer(hub: Hub) -> None:
    traits = {
        "source_id": "identify-1",
        "name": None,
        "first_name": "Ewa",
        "last_name": "Mazur",
        "description": None,
        "email": "ewa.mazur@example.com",
        "phone": "48600200300",
        "birthdate": "1991-05-17T00:00:00.000Z",
        "address": {"city": "Łódź", "state": None, "postal_code": "90-001", "street": "Piotrkowska 5", "country": "PL"},
        "metadata": {"plan": "gold", "logins": 5, "vip": True},
        "type": "identify",
    }
    reply = hub.segment.action("customer", traits)
    assert (reply.status, reply.json()["accepted"]) == (200, 1)
    hub.wait_until_quiet()
    assert hub.calls("identify-1") == [
        (
            "POST /v1/customers",
            {
                "source_id": "identify-1",
                "name": "Ewa Mazur",
                "email": "ewa.mazur@example.com",
                "phone": "48600200300",
                "birthdate": "1991-05-17",
                "address": {"city": "Łódź", "postal_code": "90-001", "line_1": "Piotrkowska 5", "country": "PL"},
                "metadata": {"plan": "gold", "logins": 5, "vip": True},
            },
        )
    ]


@pytest.mark.parametrize(
    ("kind", "event"),
    [("track", "Item Purchased"), ("page", "Viewed Prices Page"), ("screen", "Viewed Basket Screen")],
)
def test_track_page_and_screen_become_custom_events(hub: Hub, kind: str, event: str) -> None:
    sent = {
        "customer": {"source_id": f"{kind}-1", "email": "jan@example.com"},
        "referral": {"code": "FRIEND-1", "referrer_id": "somebody"},
        "loyalty": {},
        "metadata": {"sku": "G-32", "price": 19.99, "tags": ["x", "y"]},
        "event": event,
        "type": kind,
    }
    assert hub.segment.action("event", sent).status == 200
    hub.wait_until_quiet()
    assert hub.calls(f"{kind}-1") == [
        (
            "POST /v1/events",
            {
                "event": event,
                "customer": {"source_id": f"{kind}-1", "email": "jan@example.com"},
                "referral": {"code": "FRIEND-1", "referrer_id": "somebody"},
                "metadata": {"sku": "G-32", "price": 19.99, "tags": ["x", "y"]},
            },
        )
    ]


def test_an_event_without_a_name_takes_its_type(hub: Hub) -> None:
    sent = {"customer": {"source_id": "nameless-1"}, "referral": {}, "loyalty": {}, "type": "page"}
    assert hub.segment.action("event", sent).status == 200
    hub.wait_until_quiet()
    assert hub.calls("nameless-1") == [
        ("POST /v1/events", {"event": "page", "customer": {"source_id": "nameless-1"}}),
    ]


def test_a_group_joins_those_that_others_have_put_into_the_list(hub: Hub) -> None:
    made_elsewhere = {"source_id": "group-1", "metadata": {"segmentGroups": ["made-elsewhere"]}}
    hub.project.write_at_voucherify(made_elsewhere)
    sent = {
        "customer": {"source_id": "group-1"},
        "group_id": "office-9",
        "traits": {"plan": "weekly", "seats": 34, "industry": "Technology", "closed_at": None},
        "type": "group",
    }
    assert hub.segment.action("group", sent).status == 200
    hub.wait_until_quiet()
    groups = ["made-elsewhere", "office-9"]
    assert hub.calls("group-1")[1:] == [
        ("GET /v1/customers/group-1", None),
        (
            "POST /v1/customers",
            {"source_id": "group-1", "metadata": {"plan": "weekly", "seats": 34, "segmentGroups": groups}},
        ),
    ]
    assert hub.customer("group-1")["metadata"]["segmentGroups"] == groups


def test_metadata_that_voucherify_does_not_define_is_omitted(hub: Hub) -> None:
    metadata = {"logins": "7", "vip": "maybe", "shoe_size": 43, "plan": {"name": "gold"}}
    assert hub.segment.action("customer", _upsert("omitted-1", metadata=metadata)).status == 200
    hub.wait_until_quiet()
    assert hub.calls("omitted-1") == [
        ("POST /v1/customers", {"source_id": "omitted-1", "metadata": {"logins": 7}}),
    ]


def test_g6_updates_in_quick_succession_become_fewer_calls(hub: Hub) -> None:
    for score in range(20):
        assert hub.segment.action("customer", _upsert("merged-1", metadata={"score": score})).status == 200
    hub.wait_until_quiet()
    scores = [body["metadata"]["score"] for _, body in hub.calls("merged-1")]
    assert len(scores) < 20
    assert scores[-1] == 19


@pytest.mark.parametrize(
    "path",
    [
        "//segmentio/customer-processing",
        "/segmentio//customer-processing",
        "/segmentio/segmentio/customer-processing",
        "//segmentio/segmentio/customer-processing/",
    ],
)
def test_an_address_pasted_wrongly_still_works(hub: Hub, path: str) -> None:
    source_id = f"pasted-{path.replace('/', '.')}"
    assert hub.segment.send(path, f'{{"source_id":"{source_id}","email":"p@example.com"}}'.encode()).status == 200
    hub.wait_until_quiet()
    assert hub.calls(source_id) == [("POST /v1/customers", {"source_id": source_id, "email": "p@example.com"})]


def test_authentication_can_be_tested(hub: Hub) -> None:
    assert hub.segment.test_authentication().status == 200
    assert hub.segment.test_authentication(secret_key=in_base64("wrong")).status == 401


def _upsert(source_id: str, **traits: Any) -> dict[str, Any]:
    return {"source_id": source_id, "address": {}, "type": "identify", **traits}
