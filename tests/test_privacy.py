"""G7: secrets appear nowhere, and personal data neither in logs nor in errors nor in metrics."""

import io
import json
import sys

import pytest

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.http import HttpReply, NoReplyError
from cdphub.outbound.deliver import Deliverer
from cdphub.telemetry import logger
from segment.deliver import VENDOR
from tests.fakes import FakeVendor, World
from tests.mparticle.sender import EVENTS as BATCH
from tests.mparticle.sender import MEMBERS, MParticle, identity, message
from tests.segment.test_ingest import CUSTOMER, EVENT, Segment, key_headers
from tests.voucherify.test_fanout import Stack
from tests.voucherify.test_webhook import Voucherify

PERSONAL = ["Zoë", "zoe@example.com", "+44 7700 900077", "u-4711", "1990-13-13"]
SECRETS = ["open sesame", "whisper", "wk-very-secret", "guessed"]

BODY = {
    "source_id": "u-4711",
    "name": "Zoë",
    "email": "zoe@example.com",
    "phone": "+44 7700 900077",
    "birthdate": "1990-13-13",
}
WEBHOOK = {
    "event": {"id": "ev_1", "type": "customer.rewarded"},
    "data": {"customer": {"source_id": "u-4711", "name": "Zoë", "email": "zoe@example.com", "note": "x" * 300_000}},
}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """All that functions write, which CloudWatch would get: log lines and metrics."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


def leaks(text: str) -> list[str]:
    return [value for value in (*PERSONAL, *SECRETS) if value in text or json.dumps(value)[1:-1] in text]


def test_g7_ingest_says_nothing_about_anybody(world: World, written: io.StringIO) -> None:
    segment = Segment(world)
    wrong = key_headers(secret="guessed")
    replies = [
        segment.send(CUSTOMER, BODY),
        segment.send(CUSTOMER, BODY | {"email": ["zoe@example.com"]}),
        segment.send(CUSTOMER, BODY | {"metadata": "u-4711"}),
        segment.send(EVENT, {"customer": BODY, "event": "Seen", "loyalty": ["Zoë"]}),
        segment.send(CUSTOMER, b'{"name":"Zo\xc3\xab",'),
        segment.send(CUSTOMER, BODY, headers=wrong),
    ]
    world.queues.broken = True
    replies.append(segment.send(CUSTOMER, BODY))
    assert [reply["statusCode"] for reply in replies] == [200, 400, 400, 400, 400, 401, 503]
    assert '"message"' in written.getvalue()
    assert not leaks(written.getvalue() + json.dumps(replies))


def test_g7_nor_does_a_message_with_the_key_and_many_people_in_it(world: World, written: io.StringIO) -> None:
    mparticle = MParticle(world)
    who = [identity("u-4711"), identity("zoe@example.com", "email"), identity("+44 7700 900077", "mobile_number")]
    wrong = {"type": "custom_event", "name": "u-4711" * 100, "attributes": {"name": {"first": "Zoë"}}}
    audience = {"action": "u-4711", "audience_id": 1, "audience_name": "zoe@example.com"}
    replies = [
        mparticle.send(message(BATCH, user_identities=who, user_attributes={"$City": ["Zoë"]}, events=[wrong])),
        mparticle.send(message(MEMBERS, user_profiles=[{"user_identities": who, "audiences": [audience]}])),
        mparticle.send(message(BATCH, {"applicationId": "app-1", "secretKey": "guessed"}, user_identities=who)),
    ]
    assert [reply["statusCode"] for reply in replies] == [200, 200, 401]
    assert '"rejected"' in written.getvalue()
    assert not leaks(written.getvalue() + json.dumps(replies))


@pytest.mark.parametrize(
    "answer",
    [
        HttpReply(200, {}, b""),
        HttpReply(400, {}, '{"message":"Zoë <zoe@example.com> is bad"}'.encode()),
        HttpReply(401, {}, b"wk-very-secret is wrong"),
        NoReplyError("ReadTimeout", written=True),
    ],
    ids=["yes", "invalid", "auth", "no reply"],
)
def test_g7_the_way_out_says_nothing_about_anybody(
    world: World, written: io.StringIO, answer: HttpReply | NoReplyError
) -> None:
    def segment(_: object) -> HttpReply:
        if isinstance(answer, NoReplyError):
            raise answer
        return answer

    world.add_secrets(world.add_connection(), write_key="wk-very-secret")
    voucherify, fanout = Voucherify(world), Stack(world)
    replies = [voucherify.send(json.dumps(WEBHOOK).encode()), voucherify.send(b"{", signed="guessed")]
    for stored in voucherify.stored():
        fanout.handle(stored["body"])
    deliveries = [{"messageId": "m", "body": json.dumps(body)} for body in world.queues.bodies("deliver-segment")]
    assert deliveries
    Deliverer(VENDOR, world.hub, FakeVendor(segment)).deliver(
        [*deliveries, {"messageId": "bad", "body": json.dumps({"v": 2, "customer": "Zoë"})}], clock.now_ms() + MINUTE
    )
    assert '"message"' in written.getvalue()
    assert not leaks(written.getvalue() + json.dumps(replies))
