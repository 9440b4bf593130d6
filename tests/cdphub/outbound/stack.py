"""A stack whose deliver function speaks to Segment, which answers as told."""

import base64
import json
from collections.abc import Callable
from typing import Any

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbound.vendor import Vendor
from cdphub.pauses import CONNECTIONS, Pause, Pauses
from cdphub.store.backlog import PARKED
from segment.deliver import VENDOR
from tests.builders import START
from tests.fakes import PROJECT, FakeVendor, World

QUEUE = "deliver-segment"
Answer = Callable[[HttpRequest], HttpReply]


def event(number: int, data: dict[str, Any] | None = None) -> Event:
    return Event(
        key=f"customer.validation.succeeded:{number}",
        type="customer.validation.succeeded",
        id=f"ev_{number}",
        occurred_at="2026-01-01T00:00:00.000Z",
        customer=Person(source_id=f"u{number}"),
        data=data or {"validation": {"id": f"{number}"}},
    )


def delivery(number: int, connection: str = "segment", **named: Any) -> Delivery:
    return Delivery(
        trace_id=f"t{number}",
        project=PROJECT,
        connection=connection,
        accepted_ms=START + number,
        customer=f"{PROJECT}#c{number}",
        event=event(number),
        **named,
    )


def record(message: Delivery) -> dict[str, Any]:
    return {"messageId": message.trace_id, "body": message.model_dump_json()}


def users(request: HttpRequest) -> list[str]:
    """Whom the events of a request are about."""
    return [track["userId"] for track in json.loads(request.body or b"")["batch"]]


def always(status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    return lambda _: HttpReply(status, headers or {}, body)


def no_reply(*, written: bool) -> Answer:
    def answer(_: HttpRequest) -> HttpReply:
        raise NoReplyError("ReadTimeout", written=written)

    return answer


def refusing(key: str, status: int) -> Answer:
    """A CDP that takes everything but what comes with this key."""
    refused = f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
    return lambda request: HttpReply(status if request.headers["Authorization"] == refused else 200, {}, b"")


class Stack:
    """A world with a connection to Segment, which answers as told."""

    def __init__(self, world: World, answer: Answer | None = None, vendor: Vendor[Any, Any] = VENDOR) -> None:
        self.world = world
        self._vendor = vendor
        self.segment = FakeVendor(answer or always(200))
        self.deliverer = self.new_worker()
        self.connect()

    def new_worker(self) -> Deliverer:
        """Another instance of the deliver function."""
        return Deliverer(self._vendor, self.world.hub, self.segment)

    def connect(self, name: str = "segment", **named: Any) -> None:
        self.world.add_secrets(self.world.add_connection(name, **named), write_key=f"{name} key")

    def deliver(self, *deliveries: Delivery, time_left_ms: int = MINUTE, by: Deliverer | None = None) -> list[str]:
        """Gives the ids of the messages that must come again."""
        worker = by or self.deliverer
        reply = worker.deliver([record(each) for each in deliveries], clock.now_ms() + time_left_ms)
        return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]

    def sent_users(self) -> list[list[str]]:
        return [users(request) for request in self.segment.requests]

    def again(self) -> list[tuple[Delivery, float]]:
        """What was put back, and with which delay in seconds."""
        messages = self.world.queues.sent[QUEUE]
        return [(Delivery.model_validate(message.body), message.delay_seconds) for message in messages]

    def take(self) -> list[Delivery]:
        """Takes what is in the queue out of it, whatever its delay."""
        return [Delivery.model_validate(message.body) for message in self.world.queues.sent.pop(QUEUE, [])]

    def rows(self, prefix: str, connection: str = "segment") -> list[dict[str, Any]]:
        return [json.loads(row.text) for row in self.world.hub.store.backlog.list(connection, prefix)]

    def parked(self, connection: str = "segment") -> list[Delivery]:
        """What waits for a probe that succeeds."""
        return [Delivery.model_validate(row["body"]) for row in self.rows(PARKED, connection)]

    def pause(self, connection: str = "segment") -> Pause | None:
        """The connection's pause, as a new worker finds it."""
        return Pauses(self.world.hub.store.state, CONNECTIONS).current(connection)
