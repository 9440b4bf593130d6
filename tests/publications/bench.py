"""A caller of the publications Lambda, and Voucherify's stand-in behind it."""

import json
from typing import Any

from cdphub import clock
from cdphub.api import Reply, Request
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.profile import load_profiles
from front.default import FUNCTIONS
from publications.finish import finish
from publications.publish import Desk, answer
from publications.publisher import Publisher
from tests.fakes import APPLICATION_ID, SECRET_KEY, World
from tests.voucherify.vendor import SandboxTransport
from tools.local.sandbox.core import Request as Call

PROFILES = load_profiles(FUNCTIONS)
CDPS = ["bloomreach", "braze", "iterable", "publications"]
KEY = {"x-app-id": APPLICATION_ID, "x-app-token": SECRET_KEY}
ANA = {"customer": {"source_id": "ana"}, "campaign": {"name": "Welcome"}}

BUDGETS = {"bloomreach": 800, "braze": 1_500, "iterable": 8_000, "publications": 8_000}
"""Milliseconds until a CDP has its answer."""

BUSY = {"bloomreach": 503, "braze": 503, "iterable": 503, "publications": 429}
"""What says to a CDP that the same call may work later."""


class TimedTransport:
    """Gives up when Voucherify takes longer than a request may; what that does to Voucherify happens all the same."""

    def __init__(self, inner: SandboxTransport, world: World) -> None:
        self._inner = inner
        self._clock = world.clock

    def send(self, request: HttpRequest) -> HttpReply:
        ends = self._clock.now + request.within_ms
        reply = self._inner.send(request)
        if self._clock.now > ends:
            self._clock.now = ends
            raise NoReplyError("ReadTimeout", written=True)
        return reply


class Bench:
    """One connection of `cdp`; `settings` are its."""

    def __init__(self, world: World, cdp: str = "publications", **settings: Any) -> None:
        self.world = world
        self.log: list[str] = []
        self.voucherify = SandboxTransport(world.clock, self.log)
        self.cdp = cdp
        self.connection = self.connect(cdp, APPLICATION_ID, **settings)
        self.restart()

    def connect(self, cdp: str, application_id: str, **settings: Any) -> Any:
        """One more connection, with a key."""
        connection = self.world.add_connection(f"{cdp}-{application_id}", cdp, settings=settings)
        self.world.add_key(connection, application_id)
        return connection

    def restart(self) -> None:
        """A new instance of the functions, which remembers nothing."""
        publisher = Publisher(self.world.hub, TimedTransport(self.voucherify, self.world))
        self.desk = Desk(publisher, PROFILES)

    def send(self, request: Request) -> Reply:
        return answer(request, self.desk)

    def post(
        self, body: Any, path: str = "/v1/publications", headers: dict[str, str] | None = None, query: str = ""
    ) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**KEY, "content-type": "application/json", **(headers or {})}
        return self.send(Request("POST", path, sent, content, query=query))

    def get(self, query: str, path: str = "/v1/publications/create") -> Reply:
        return self.send(Request("GET", path, KEY, query=query))

    def look_up(self, customer: str, path: str = "/v1/customers", headers: dict[str, str] | None = None) -> Reply:
        """Asks for a customer's profile; API Gateway hands paths on decoded."""
        return self.send(Request("GET", f"{path}/{customer}", {**KEY, **(headers or {})}))

    def qualify(self, body: Any, path: str = "/v1/qualifications", headers: dict[str, str] | None = None) -> Reply:
        """Asks what a customer can redeem."""
        return self.post(body, path, headers)

    def publish(self, **wish: Any) -> dict[str, Any]:
        """Asks for Ana's code, differing as said, and gets it."""
        reply = self.post({**ANA, **wish})
        assert reply["statusCode"] == 200, reply
        return told(reply)

    def code(self, **wish: Any) -> str:
        """Ana's code."""
        code: str = self.publish(**wish)["voucher"]["code"]
        return code

    def finish(self) -> None:
        """Lets the worker have what is in its queue, as soon as that is due."""
        messages, self.world.queues.sent["publications"] = self.world.queues.sent["publications"], []
        self.world.pass_time(int(max((message.delay_seconds for message in messages), default=0) * 1000) + 1)
        records = [
            {"messageId": str(number), "body": json.dumps(message.body)} for number, message in enumerate(messages)
        ]
        assert finish(self.desk.publisher, records) == []

    def publications(self) -> list[dict[str, Any]]:
        """What Voucherify has published."""
        found: list[dict[str, Any]] = self.control("GET", "publications")
        return found

    def control(self, method: str, what: str, value: Any = None) -> Any:
        """Has the stand-in show or set something."""
        body = b"" if value is None else json.dumps(value).encode()
        reply = self.voucherify.vendor(Call(method, f"/_sandbox/{what}", {}, {}, body))
        assert reply.status < 300, reply
        return reply.json() if reply.body else None

    def posts(self) -> int:
        """How often Voucherify was asked to publish."""
        return sum(entry.startswith("POST /v1/publications") for entry in self.log)


def told(reply: Reply) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(reply["body"])
    return body


def minutes(number: float) -> int:
    return int(number * clock.MINUTE)


def refusal(reply: Reply, cdp: str) -> tuple[int, str]:
    """Status and text of what will not work, in the form of the CDP; none has a voucher."""
    body = told(reply)
    assert "voucher" not in body
    if cdp != "bloomreach":
        assert (body["code"], bool(body["request_id"])) == (reply["statusCode"], True)
        return reply["statusCode"], f"{body['key']}: {body['details']}"
    assert (reply["statusCode"], body["success"]) == (200, False)
    (error,) = body["errors"]
    return error["code"], error["description"]
