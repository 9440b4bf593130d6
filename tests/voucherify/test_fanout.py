"""Fan-out: every event once to every connection that wants it (G3, G5)."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from cdphub import claims
from cdphub.claims import Claim
from cdphub.outbound.delivery import Delivery
from cdphub.profile import load_profiles
from cdphub.queues import QueueError
from tests.fakes import PROJECT, World
from voucherify import fanout as module
from voucherify.fanout import Fanout, TakenError, handler
from voucherify.normalise import KINDS
from voucherify.seen import EVERY_MS, METRIC
from voucherify.subscribers import Subscribers

FUNCTIONS = Path(__file__).parents[2] / "functions"
QUEUE = "deliver-segment"
KEY = f"{PROJECT}#customer.redemption.succeeded:r_1"
DAY = 24 * 3_600_000


def webhook(event_type: str = "customer.redemption.succeeded", **data: Any) -> dict[str, Any]:
    data = {"customer": {"source_id": "u1"}, "redemption": {"id": "r_1"}, **data}
    return {"event": {"id": "ev_1", "type": event_type}, "data": data}


def record(body: Any, version: int = 1, message_id: str = "m1", received_ms: int = 0) -> dict[str, Any]:
    message = {"v": version, "trace_id": "t1", "project": PROJECT, "received_ms": received_ms, "body": body}
    return {"messageId": message_id, "body": json.dumps(message), "eventSource": "aws:sqs"}


class Stack:
    """A fan-out over a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fanout = Fanout(world.hub, Subscribers(world.hub.store, load_profiles(FUNCTIONS)))

    def handle(self, body: Any, **named: Any) -> None:
        self.fanout.handle(SQSRecord(record(body, **named)))

    def sent(self) -> list[tuple[str, str]]:
        """Connection and event type of what was sent to Segment's queue."""
        found = [Delivery.model_validate(body) for body in self.world.queues.bodies(QUEUE)]
        return [(delivery.connection, delivery.event.type) for delivery in found]


@pytest.fixture
def stack(world: World) -> Stack:
    world.add_connection("one")
    world.add_connection("two")
    return Stack(world)


def test_every_connection_gets_a_message_of_its_own(stack: Stack) -> None:
    stack.handle(webhook())
    assert stack.sent() == [(name, "customer.redemption.succeeded") for name in ("one", "two")]
    assert [message.group for message in stack.world.queues.sent[QUEUE]] == ["one", "two"]
    assert {body["trace_id"] for body in stack.world.queues.bodies(QUEUE)} == {"t1"}


def test_each_kind_of_webhook_leaves_a_sign_once_a_minute(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    def signs(*kinds: str | None) -> list[str]:
        for kind in kinds:
            stack.handle(webhook() | {"source": {"object": kind}})
        told = (json.loads(line) for line in capsys.readouterr().out.splitlines())
        return [f"{one['project']} {one['kind']}" for one in told if METRIC in one]

    assert signs("webhook", "distribution", "webhook", "free text", None) == [f"{PROJECT} {kind}" for kind in KINDS]
    stack.world.pass_time(EVERY_MS)
    assert signs("distribution") == [f"{PROJECT} distribution"]


def test_g3_what_a_dead_worker_may_have_sent_is_counted(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    stack.handle(webhook(redemption={"id": "r_2"}))
    assert "RepeatPossible" not in capsys.readouterr().out
    claims.claim(stack.world.hub.store.state, KEY, module.LEASE_MS)
    stack.world.pass_time(module.LEASE_MS)
    stack.handle(webhook())
    assert '"RepeatPossible":[2.0]' in capsys.readouterr().out


def test_g3_a_copy_of_a_sent_event_is_dropped_for_seven_days(stack: Stack) -> None:
    stack.handle(webhook())
    stack.handle(webhook("redemption.succeeded"))
    stack.world.pass_time(7 * DAY - 1)
    stack.handle(webhook())
    assert len(stack.sent()) == 2
    stack.world.pass_time(1)
    stack.handle(webhook())
    assert len(stack.sent()) == 4


def test_g3_a_copy_that_meets_a_live_claim_comes_again(stack: Stack) -> None:
    assert claims.claim(stack.world.hub.store.state, KEY, 60_000) is Claim.MINE
    with pytest.raises(TakenError):
        stack.handle(webhook())
    stack.world.pass_time(60_000)
    stack.handle(webhook())
    assert len(stack.sent()) == 2


def test_g1_a_send_that_fails_is_repeated(stack: Stack) -> None:
    stack.world.queues.broken = True
    with pytest.raises(QueueError):
        stack.handle(webhook())
    stack.world.queues.broken = False
    stack.world.pass_time(180_000)
    stack.handle(webhook())
    assert len(stack.sent()) == 2


def test_a_connection_that_is_off_gets_nothing_and_a_paused_one_its_message(world: World) -> None:
    world.add_connection("off", state="off")
    world.add_connection("paused", state="paused")
    stack = Stack(world)
    stack.handle(webhook())
    assert [connection for connection, _ in stack.sent()] == ["paused"]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, ["customer.redemption.succeeded"]),
        ({"events": ["customer.segment.entered"]}, ["customer.segment.entered"]),
        ({"events": []}, []),
        ({"extra_events": ["customer.segment.entered"]}, ["customer.redemption.succeeded", "customer.segment.entered"]),
        ({"events": ["redemption.succeeded"]}, ["customer.redemption.succeeded"]),
        ({"region": "moon"}, ["customer.redemption.succeeded"]),
    ],
)
def test_a_connection_may_choose_its_events(world: World, settings: dict[str, Any], wanted: list[str]) -> None:
    world.add_connection(settings=settings)
    stack = Stack(world)
    for event_type in ("customer.redemption.succeeded", "customer.segment.entered"):
        stack.handle(webhook(event_type))
    assert [event_type for _, event_type in stack.sent()] == wanted


@pytest.mark.parametrize("body", [webhook(customer=None), {"customer": {"source_id": "u1"}}, [], None])
def test_what_is_no_customers_event_is_acknowledged(stack: Stack, body: Any) -> None:
    stack.handle(body)
    assert not stack.sent()


def test_a_connection_of_an_unknown_cdp_is_nobodys(world: World) -> None:
    world.add_connection(cdp="elsewhere")
    Stack(world).handle(webhook())
    assert not world.queues.sent


@pytest.mark.parametrize("settings", [{}, {"events": ["customer.redemption.succeeded"]}])
def test_g5_a_cdp_without_outbound_direction_is_sent_nothing(world: World, settings: dict[str, Any]) -> None:
    world.add_connection("publications", "publications", settings=settings)
    Stack(world).handle(webhook())
    assert not world.queues.sent


def test_messages_that_fail_come_again_and_their_neighbours_do_not(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "fanout", lambda: stack.fanout)
    unreadable = record(webhook(), version=2, message_id="m2")
    assert handler({"Records": [record(webhook()), unreadable]}, None) == {
        "batchItemFailures": [{"itemIdentifier": "m2"}]
    }
    assert len(stack.sent()) == 2
    assert handler({"Records": [unreadable]}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
