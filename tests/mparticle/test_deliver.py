"""Deliveries to mParticle's stand-in, which keeps mParticle's rules (G1, G3)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.http import HttpReply, HttpRequest
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import CUSTOMER_EVENTS, Person
from cdphub.store.backlog import DEAD
from mparticle.deliver import VENDOR
from mparticle.profile import Secrets, Settings
from tests.fakes import FakeVendor, World
from tests.mparticle.outgoing import delivery
from tests.strategies import json_objects
from tools.local.sandbox import sinks
from tools.local.sandbox.core import Request
from tools.local.sandbox.sandbox import Sandbox


class Feed:
    """mParticle with a Custom Feed."""

    def __init__(self) -> None:
        self._sandbox = Sandbox(sinks.sink("mparticle", lambda: 0), lambda: 0)

    def answer(self, request: HttpRequest) -> HttpReply:
        path = urlsplit(request.url).path
        reply = self._sandbox.handle(Request(request.method, path, {}, request.headers, request.body or b""))
        return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def shows(self, view: str) -> Any:
        return self._sandbox.handle(Request("GET", f"/_sandbox/{view}")).json()


class Stack:
    """A connection to the feed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.feed = Feed()
        self.transport = FakeVendor(self.feed.answer)
        self.deliverer = Deliverer(VENDOR, world.hub, self.transport)
        world.add_secrets(world.add_connection("mparticle", "mparticle"), feed_key="fk", feed_secret="fs")

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        records = [{"messageId": each.trace_id, "body": each.model_dump_json()} for each in deliveries]
        assert self.deliverer.deliver(records, clock.now_ms() + MINUTE) == {"batchItemFailures": []}


@pytest.fixture
def stack(world: World) -> Stack:
    return Stack(world)


def test_g3_every_event_arrives_and_a_repeat_has_no_effect(stack: Stack) -> None:
    deliveries = [delivery({"note": "x" * 3_000}, key=f"k{number}") for number in range(150)]
    stack.deliver(deliveries)
    assert [batch["source_request_id"] for batch in stack.feed.shows("delivered")] == [each.id for each in deliveries]
    assert [len(request.body or b"") < 256_000 for request in stack.transport.requests] == [True] * 2

    stack.deliver(deliveries)
    assert len(stack.feed.shows("delivered")) == len(stack.feed.shows("duplicates")) == 150
    assert stack.feed.shows("rejected") == []


def test_an_event_about_nobody_that_mparticle_could_know_is_counted_and_stops_no_other(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = Person(id="cust_2")
    stack.deliver([delivery(customer=nobody, key="k1"), delivery(key="k2")])
    assert len(stack.feed.shows("delivered")) == 1
    assert '"reason":"no_identity"' in capsys.readouterr().out
    assert not stack.world.queues.sent
    assert not list(stack.world.hub.store.backlog.list("mparticle", DEAD))


@given(event_type=st.sampled_from(CUSTOMER_EVENTS), data=json_objects())
def test_g1_whatever_an_event_says_mparticle_takes_it(event_type: str, data: dict[str, Any]) -> None:
    feed = Feed()
    text = VENDOR.encode(delivery(data, of=event_type), Settings())
    reply = feed.answer(VENDOR.request(Settings(), Secrets(feed_key="fk", feed_secret="fs"), [text]))
    assert (reply.status, len(feed.shows("delivered"))) == (202, 1)
