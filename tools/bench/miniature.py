"""The hub in miniature: the workers' own code in one thread, over tables in memory, with a clock that is set."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, cast

from cdphub import clock, commands, pool
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Connection, Project, ProjectSecrets, project_parameter
from cdphub.http import HttpReply, HttpRequest
from cdphub.hub import Hub
from cdphub.schema import Command
from cdphub.store import Store
from cdphub.telemetry import logger
from tools.local.sandbox.voucherify import Limit, Property, Schema, Voucherify
from tools.simulation.deployed import consumer
from tools.simulation.memory_queues import MemoryQueue, MemoryQueues
from tools.simulation.memory_secrets import MemorySecrets
from tools.simulation.memory_store import memory_store
from tools.simulation.network import as_sandbox
from voucherify.apply import apply
from voucherify.sweep import sweep
from voucherify.worker import Worker

Target = TypeVar("Target")

START_MS = 1_790_000_000_000
PROJECT = Project(id="project", name="Project", api_url="https://api.voucherify.io")
SECRETS = ProjectSecrets.model_validate({"application_id": "id", "secret_key": "key", "salt": "salt"})
SCHEMA = Schema(properties={"plan": Property(type="string"), "segmentGroups": Property(type="string", array=True)})
PLENTY = 1_000_000
"""Calls a minute."""


class SetClock:
    """A cdphub.clock.Source that moves when it is told to, or slept on; chance is always the same."""

    def __init__(self) -> None:
        self.now = START_MS
        self._ids = count(1)

    def now_ms(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)

    def random(self) -> float:
        return 0.5

    def new_id(self) -> str:
        return f"{next(self._ids):032x}"

    def real_seconds(self, seconds: float) -> float:
        return seconds


class Doors:
    """What stands for AWS and Voucherify, whose CPU is not the workers': `seconds` is what it took so far."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def through(self, target: Target) -> Target:
        """The same with its methods timed."""
        return cast("Target", _Door(target, self))

    def call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Does one thing."""
        began = time.process_time()
        try:
            return method(*args, **named)
        finally:
            self.seconds += time.process_time() - began


class _Door:
    def __init__(self, target: object, doors: Doors) -> None:
        self._target = target
        self._doors = doors

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._target, name)
        return lambda *args, **named: self._doors.call(method, *args, **named)


class Miniature:
    """One project, with so many calls a minute; `calls` counts those that Voucherify got, by method."""

    def __init__(self, calls_a_minute: int = PLENTY) -> None:
        self.clock = SetClock()
        self.doors = Doors()
        self.calls: Counter[str] = Counter()
        self._limits = {"api_calls": Limit(calls=calls_a_minute, seconds=60)}
        self.renew_voucherify()
        self.queue = MemoryQueue(self.clock.now_ms, consumer("VoucherifyApply").visibility_ms)
        self._store = memory_store(self.clock.now_ms)
        self._store.connections.put_project(PROJECT.id, PROJECT.model_dump_json())
        tables = (self._store.connections, self._store.outbox, self._store.backlog, self._store.state)
        secrets = MemorySecrets()
        secrets.write(project_parameter(PROJECT.id), SECRETS.model_dump())
        queues = self.doors.through(MemoryQueues({"apply": self.queue}))
        self.hub = Hub(Store(*(self.doors.through(cast("Any", table)) for table in tables)), queues, secrets)
        self.worker = Worker(self.hub, self)
        self._swept_ms = self.clock.now

    def renew_voucherify(self) -> None:
        """Another Voucherify, which knows nothing of the one before; what it remembers of each call is in memory."""
        keys = {SECRETS.application_id: SECRETS.secret_key}
        self._voucherify = Voucherify(keys, self.clock.now_ms, schemas={"customer": SCHEMA}, limits=self._limits)

    def send(self, request: HttpRequest) -> HttpReply:
        """Voucherify's answer: the worker's Transport."""
        self.calls[request.method] += 1
        reply = self.doors.call(self._voucherify.handle, as_sandbox(request))
        return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def connect(self, cdp: str) -> Connection:
        """A connection of the project."""
        connection = Connection(id=cdp, project=PROJECT.id, cdp=cdp)
        self._store.connections.put_connection(PROJECT.id, cdp, connection.model_dump_json())
        return connection

    def accept(self, some: Sequence[Command]) -> None:
        """What one request has brought goes into the queue."""
        commands.send(self.hub.queues, PROJECT.id, some)

    def work(self) -> None:
        """A second in which apply takes what waits; on the minute the sweep comes."""
        batch = consumer("VoucherifyApply").batch
        while visible := self.queue.visible()[:batch]:
            self._apply(visible)
        self.clock.now += SECOND
        if self.clock.now - self._swept_ms >= MINUTE:
            self._swept_ms = self.clock.now
            sweep(self.worker, self.clock.now + MINUTE)

    def _apply(self, receipts: Sequence[int]) -> None:
        taken = dict(filter(None, map(self.queue.receive, receipts)))
        records = [
            {"messageId": it.id, "body": it.text, "attributes": {"ApproximateReceiveCount": str(it.receives)}}
            for it in taken.values()
        ]
        failed = apply(self.worker, records, self.clock.now + MINUTE)
        for receipt, message in taken.items():
            if message.id not in failed:
                self.queue.delete(receipt)

    def finish(self) -> None:
        """Works until nothing waits any more."""
        while self.is_waiting():
            self.work()

    def is_waiting(self) -> bool:
        """Whether anything is not yet applied."""
        outbox: Any = self._store.outbox
        due = any(outbox.jobs()) or any(item.due_ms is not None for _, item in outbox.customers())
        return due or len(self.queue) > 0

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Production code runs in the block, one thing after the other, and logs and counts to nobody."""
        with clock.use(self.clock), pool.use(one_by_one), silence():
            yield


def one_by_one(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """A cdphub.pool.Runner without threads."""
    return [function(item) for item in items]


@contextmanager
def silence() -> Iterator[None]:
    """Neither logs nor metrics of the block are shown."""
    handlers = list(logger.handlers)
    logger.handlers[:] = []
    try:
        with Path(os.devnull).open("w") as nobody, redirect_stdout(nobody):
            yield
    finally:
        logger.handlers[:] = handlers
