"""Delivery to Bloomreach's stand-in: what a request carries, and what of it fails alone (G1, G3)."""

import json
from dataclasses import dataclass, field
from typing import Any

from bloomreach.deliver import VENDOR
from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.failures import FailureClass
from cdphub.http import HttpReply, HttpRequest
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Person
from cdphub.store.backlog import DEAD, PARKED
from tests.bloomreach.outbound import delivery
from tests.fakes import World
from tools.local.sandbox import sinks
from tools.local.sandbox.core import Request
from tools.local.sandbox.sandbox import Sandbox

SETTINGS = sinks.settings("bloomreach")
HOST = "https://api.exponea.com"


@dataclass
class Bloomreach:
    """The stand-in as a transport."""

    sandbox: Sandbox = field(default_factory=lambda: Sandbox(sinks.sink("bloomreach", clock.now_ms)))

    def send(self, request: HttpRequest) -> HttpReply:
        path = request.url.removeprefix(HOST)
        reply = self.sandbox.handle(Request(request.method, path, {}, request.headers, request.body or b""))
        return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def control(self, method: str, what: str, value: Any = None) -> Any:
        reply = self.sandbox.handle(Request(method, f"/_sandbox/{what}", body=json.dumps(value).encode()))
        return reply.json() if reply.body else None

    def delivered(self) -> list[str]:
        return [command["data"]["properties"]["voucherify_event_id"] for command in self.control("GET", "delivered")]


class Stack:
    """A world with a connection to Bloomreach."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bloomreach = Bloomreach()
        self.connection = world.add_connection("bloomreach", "bloomreach", settings=SETTINGS)
        world.add_secrets(self.connection, api_key_id="id", api_secret="secret")
        self.deliverer = Deliverer(VENDOR, world.hub, self.bloomreach)

    def deliver(self, *deliveries: Delivery) -> None:
        records = [{"messageId": each.trace_id, "body": each.model_dump_json()} for each in deliveries]
        assert self.deliverer.deliver(records, clock.now_ms() + MINUTE) == {"batchItemFailures": []}

    def again(self) -> list[Delivery]:
        messages = self.world.queues.sent.pop("deliver-bloomreach", [])
        return [Delivery.model_validate(message.body) for message in messages]

    def letters(self) -> dict[str, str]:
        rows = self.world.hub.store.backlog.list("bloomreach", DEAD)
        letters = [json.loads(row.text) for row in rows]
        return {letter["payload"]["event"]["id"]: letter["failure"] for letter in letters}


def test_a_request_holds_fifty_events(world: World) -> None:
    stack = Stack(world)
    stack.deliver(*(delivery(number) for number in range(100)))
    requests = stack.bloomreach.control("GET", "requests")
    assert [len(request["body"]["commands"]) for request in requests] == [50, 50]
    assert len(stack.bloomreach.delivered()) == 100


def test_a_200_with_three_failed_results_concerns_those_three_only(world: World) -> None:
    """G1: they become dead letters with a reason each, and their neighbours arrive, once."""
    stack = Stack(world)
    stack.bloomreach.control("PUT", "rules", {"refused_ids": ["u3", "u4", "u7"]})
    stack.deliver(*(delivery(n, customer=Person(source_id=f"u{n}")) for n in range(10)))
    assert stack.bloomreach.delivered() == [f"ev_{n}" for n in (0, 1, 2, 5, 6, 8, 9)]
    assert stack.letters() == dict.fromkeys(["ev_3", "ev_4", "ev_7"], FailureClass.INVALID)
    assert len(stack.bloomreach.control("GET", "requests")) == 1
    assert not stack.again()


def test_an_event_type_without_permission_is_for_the_operator(world: World) -> None:
    stack = Stack(world)
    stack.bloomreach.control("PUT", "rules", {"refused_event_types": ["customer_rewarded"]})
    stack.deliver(delivery())
    assert stack.letters() == {"ev_1": FailureClass.CONFIG}


def test_g3_what_an_answer_that_was_lost_repeats_is_dropped_there(world: World) -> None:
    stack = Stack(world)
    stack.bloomreach.control("POST", "faults", {"status": 504, "effect": "before", "count": 1})
    stack.deliver(delivery(1), delivery(2))
    again = stack.again()
    assert [each.attempts for each in again] == [1, 1]
    world.pass_time(MINUTE)
    stack.deliver(*again)
    assert stack.bloomreach.delivered() == ["ev_1", "ev_2"]
    assert len(stack.bloomreach.control("GET", "duplicates")) == 2
    assert not stack.again()


def test_g1_a_key_refused_with_400_kills_nothing_and_all_wait_until_another_is_entered(world: World) -> None:
    stack = Stack(world)
    stack.bloomreach.control("PUT", "rules", {"api_key": "id:rotated"})
    stack.deliver(delivery(1), delivery(2))
    stack.deliver(delivery(3))
    assert stack.letters() == {}
    assert len(list(world.hub.store.backlog.list("bloomreach", PARKED))) == 3
    world.add_secrets(stack.connection, api_key_id="id", api_secret="rotated")
    world.pass_time(MINUTE)
    stack.deliver(delivery(4))
    assert stack.bloomreach.delivered() == ["ev_4"]
