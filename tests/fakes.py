"""The hub's doors as unit tests find them: time stands still, messages are kept, vendors answer as told."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from cdphub.connections import (
    Connection,
    IntegrationKey,
    Project,
    ProjectSecrets,
    connection_parameter,
    digest,
    project_parameter,
)
from cdphub.http import HttpReply, HttpRequest
from cdphub.hub import Hub
from cdphub.queues import Message, QueueError
from cdphub.secrets import Secrets
from tests.builders import START
from tools.simulation.memory_secrets import MemorySecrets
from tools.simulation.memory_store import memory_store

PROJECT = "shop"
WEBHOOK_SECRET = "whisper"
APPLICATION_ID = "app-1"
SECRET_KEY = "open sesame"


@dataclass
class FakeClock:
    """Moves only when told to, or slept on; chance is always the same."""

    now: int = START
    chance: float = 0.5
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def now_ms(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += int(seconds * 1000)

    def random(self) -> float:
        return self.chance

    def new_id(self) -> str:
        return f"{next(self.ids):032x}"

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass
class FakeQueues:
    """Keeps what is sent; refuses everything while it is `broken`."""

    sent: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    broken: bool = False

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        if self.broken:
            raise QueueError(f"queue {queue}: broken")
        self.sent[queue] += messages

    def bodies(self, queue: str) -> list[dict[str, Any]]:
        """The bodies of what was sent to a queue."""
        return [message.body for message in self.sent[queue]]


@dataclass
class CountingSecrets:
    """Secrets that count their reads."""

    inner: Secrets
    reads: int = 0

    def read(self, name: str, *, not_older_than_ms: int = 0) -> dict[str, Any]:
        self.reads += 1
        return self.inner.read(name, not_older_than_ms=not_older_than_ms)

    def write(self, name: str, value: dict[str, Any]) -> None:
        self.inner.write(name, value)

    def delete(self, name: str) -> None:
        self.inner.delete(name)


@dataclass
class FakeVendor:
    """A Transport that answers by `answer`, a function of the request, and keeps the requests."""

    answer: Callable[[HttpRequest], HttpReply]
    requests: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpReply:
        self.requests.append(request)
        return self.answer(request)


class World:
    """A stack in memory with one project."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.queues = FakeQueues()
        self.secrets = CountingSecrets(MemorySecrets())
        self.hub = Hub(memory_store(self.clock.now_ms), self.queues, self.secrets)
        self.add_project()

    def add_project(self, project: str = PROJECT, *webhook_secrets: str) -> None:
        """Adds a project, or replaces its secrets."""
        record = Project(id=project, name=project, api_url="https://api.voucherify.io")
        secrets = ProjectSecrets(
            application_id="id",
            secret_key="key",
            webhook_secrets=list(webhook_secrets or [WEBHOOK_SECRET]),
            salt="salt",
        )
        self.hub.store.connections.put_project(project, record.model_dump_json())
        self.hub.secrets.write(project_parameter(project), secrets.model_dump())

    def add_connection(self, name: str = "segment", cdp: str = "segment", **named: Any) -> Connection:
        """Adds a connection of the project, or replaces it."""
        connection = Connection(id=name, project=PROJECT, cdp=cdp, **named)
        self.hub.store.connections.put_connection(PROJECT, name, connection.model_dump_json())
        return connection

    def add_key(self, connection: Connection, application_id: str = APPLICATION_ID, secret: str = SECRET_KEY) -> None:
        """Gives the connection an integration key, or replaces the key's secret."""
        key = IntegrationKey(
            application_id=application_id,
            secret_sha256=digest(secret),
            project=connection.project,
            connection=connection.id,
        )
        self.hub.store.connections.put_key(connection.cdp, application_id, key.model_dump_json())

    def add_secrets(self, connection: Connection, **secrets: Any) -> None:
        """Gives the connection the CDP's own credentials."""
        self.hub.secrets.write(connection_parameter(connection.id), secrets)

    def pass_time(self, milliseconds: int) -> None:
        """Lets time pass."""
        self.clock.now += milliseconds
