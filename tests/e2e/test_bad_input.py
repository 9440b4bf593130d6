"""What the hub refuses, and that it says why without taking anything of it."""

import json
from typing import Any

import pytest

from tests.e2e.exchange import in_base64
from tests.e2e.hub import Hub

GOOD = {"source_id": "bad-input-1", "address": {}, "type": "identify"}


@pytest.mark.parametrize(
    "headers",
    [
        {"secret_key": in_base64("wrong")},
        {"authorization": f"Basic {in_base64('unknown')}"},
        {"authorization": "Basic"},
        {"secret_key": ""},
    ],
    ids=["wrong secret", "unknown id", "no id", "no secret"],
)
def test_a_wrong_key_gets_401_and_the_same_answer_as_an_unknown_one(hub: Hub, headers: dict[str, str]) -> None:
    reply = hub.segment.action("customer", GOOD, **headers)
    assert reply.status == 401
    assert reply.json()["error"] == {
        "field": "credentials",
        "reason": "unknown application id or wrong secret key",
    }


@pytest.mark.parametrize(
    ("action", "content", "field"),
    [
        ("customer", b"{", "body"),
        ("customer", b"[]", "body"),
        ("customer", b"\xff\xfe", "body"),
        ("customer", b'{"type": "identify"}', "source_id"),
        ("customer", b'{"source_id": "null"}', "source_id"),
        ("customer", b'{"source_id": ""}', "source_id"),
        ("customer", b'{"source_id": {"id": 7}}', "source_id"),
        ("customer", b'{"source_id": "s", "email": ["a@example.com"]}', "email"),
        ("customer", b'{"source_id": "s", "metadata": "gold"}', "metadata"),
        ("customer", b'{"source_id": "s", "address": [1]}', "address"),
        ("customer", json.dumps({**GOOD, "description": "x" * 300_000}).encode(), "body"),
        ("customer", json.dumps({**GOOD, "description": "x" * 2_000_000}).encode(), "body"),
        ("event", b'{"event": "Moved"}', "customer"),
        ("event", b'{"customer": {}, "event": "Moved"}', "customer.source_id"),
        ("event", b'{"customer": {"source_id": "s"}}', "event"),
        ("event", b'{"customer": {"source_id": "s"}, "event": "Moved", "metadata": [1]}', "metadata"),
        ("event", b'{"customer": {"source_id": "s"}, "event": "Moved", "referral": "code"}', "referral"),
        ("group", b'{"group_id": "g"}', "customer"),
        ("group", b'{"customer": {"source_id": "s"}}', "group_id"),
        ("group", b'{"customer": {"source_id": "s"}, "group_id": "g", "traits": "gold"}', "traits"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:60].decode(errors="replace"),
)
def test_a_bad_body_gets_400_with_the_field_in_less_than_a_kilobyte(
    hub: Hub, action: str, content: bytes, field: str
) -> None:
    reply = hub.segment.send(f"/segmentio/{action}-processing", content)
    assert reply.status == 400
    assert reply.json()["error"]["field"] == field
    assert len(reply.body) < 1_000


def test_a_bad_signature_gets_401(hub: Hub) -> None:
    assert hub.webhook({"type": "redemption.succeeded"}, signature="0" * 64).status == 401


def test_a_signed_webhook_that_is_not_json_gets_400(hub: Hub) -> None:
    content = b"{"
    reply = hub.signed(content)
    assert (reply.status, reply.json()["error"]["field"]) == (400, "body")


def test_g1_what_voucherify_refuses_is_dead_with_its_reason_and_its_neighbours_are_applied(hub: Hub) -> None:
    hub.voucherify.set("event-schemas", {"Item Purchased": {}})
    try:
        assert hub.segment.action("customer", {**GOOD, "source_id": "refused-by-name", "name": "Jan"}).status == 200
        for event in ("Nobody Defined This", "Item Purchased"):
            body: dict[str, Any] = {"customer": {"source_id": "refused-by-name"}, "event": event, "type": "track"}
            assert hub.segment.action("event", body).status == 200
        hub.wait_until_quiet()
    finally:
        hub.voucherify.set("event-schemas", {})
    done = [one["event"] for one in hub.voucherify.shows("history") if one["source_id"] == "refused-by-name"]
    assert [name for name in done if name] == ["Item Purchased"]
    assert hub.customer("refused-by-name")["name"] == "Jan"
    [letter] = hub.dead_letters("refused-by-name")
    assert (letter["failure"], letter["direction"]) == ("invalid", "inbound")
    assert letter["reason"].startswith("400")
    assert letter["payload"]["event"] == "Nobody Defined This"


def test_g1_what_sqs_does_not_take_is_refused_and_its_repeat_arrives(hub: Hub) -> None:
    body = {**GOOD, "source_id": "not-stored-1", "email": "n@example.com"}
    with hub.aws.failing({"match": "SendMessageBatch"}):
        reply = hub.segment.action("customer", body)
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert hub.segment.action("customer", body).status == 200
    hub.wait_until_quiet()
    assert [call for call, _ in hub.calls("not-stored-1")] == ["POST /v1/customers"]
