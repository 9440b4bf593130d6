"""A hub in memory, and vendors that only listen."""

import io
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any, TextIO, cast

from cdphub import clock, pool
from cdphub.connections import Connection, Project, ProjectSecrets, connection_parameter, project_parameter
from cdphub.http import HttpReply, HttpRequest
from cdphub.hub import Hub
from cdphub.outbound.delivery import queue_of
from cdphub.profile import Profile
from cdphub.telemetry import logger
from publications.finishing import QUEUE as UNFINISHED
from tools.local.sandbox.voucherify import Schema, Voucherify
from tools.simulation.memory_queues import MemoryQueue, MemoryQueues
from tools.simulation.memory_secrets import MemorySecrets
from tools.simulation.memory_store import memory_store
from tools.simulation.network import as_sandbox

PROJECT = Project(id="project", name="Dry run", api_url="https://api.voucherify.io")
SECRETS = ProjectSecrets.model_validate(
    {"application_id": "<application id>", "secret_key": "<secret key>", "salt": "salt"}
)
QUEUES = ("apply", "events")
_OF_EVERY_LINE = ("level", "location", "timestamp", "service", "message", "trace_id")


@dataclass
class Told:
    """What a dry run has shown: the requests that would go out, and the hub's own words on what it left out."""

    requests: list[HttpRequest] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Stage:
    """The hub with these connections; where a secret would stand, its name does. A Transport to all vendors."""

    def __init__(
        self,
        connections: Sequence[Connection],
        profiles: Mapping[str, Profile],
        schema: Schema,
        project: Project = PROJECT,
    ) -> None:
        names = [*QUEUES, *(queue_of(connection.cdp) for connection in connections)]
        self._queues = {name: MemoryQueue(clock.now_ms) for name in (*names, UNFINISHED)}
        self.hub = Hub(memory_store(clock.now_ms), MemoryQueues(self._queues), MemorySecrets())
        named = project.model_copy(update={"id": PROJECT.id})
        self.hub.store.connections.put_project(PROJECT.id, named.model_dump_json())
        self._api_url = project.api_url
        self.hub.secrets.write(project_parameter(PROJECT.id), SECRETS.model_dump())
        for one in connections:
            live = one.model_copy(update={"project": PROJECT.id, "state": "live"})
            self.hub.store.connections.put_connection(PROJECT.id, one.id, live.model_dump_json())
            names_of_secrets = {name: f"<{name}>" for name in profiles[one.cdp].secrets.model_fields}
            self.hub.secrets.write(connection_parameter(one.id), names_of_secrets)
        keys = {SECRETS.application_id: SECRETS.secret_key}
        self._voucherify = Voucherify(keys, clock.now_ms, schemas={"customer": schema})
        self.told = Told()

    def send(self, request: HttpRequest) -> HttpReply:
        """Takes note of a request; Voucherify's stand-in answers as for a customer it does not know, a CDP with 200."""
        self.told.requests.append(request)
        if not request.url.startswith(self._api_url):
            return HttpReply(200, {}, b"{}")
        reply = self._voucherify.handle(as_sandbox(request))
        return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def queues(self) -> list[str]:
        """Those whose messages can be tried, by their names without a stack's."""
        return [name for name in self._queues if name != UNFINISHED]

    def taken(self, queue: str) -> list[dict[str, Any]]:
        """All messages of a queue, as the records that a function gets."""
        received = [self._queues[queue].receive(receipt) for receipt in self._queues[queue].visible()]
        attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(clock.now_ms())}
        return [
            {"messageId": message.id, "body": message.text, "attributes": attributes}
            for _, message in filter(None, received)
        ]

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Production code runs in the block, one thing after the other; what it logs becomes notes."""
        lines, metrics = io.StringIO(), io.StringIO()
        handler = cast("logging.StreamHandler[TextIO]", logger.registered_handler)  # as powertools makes it
        before = handler.stream
        handler.setStream(lines)
        try:
            with pool.use(lambda work, items: [work(item) for item in items]), redirect_stdout(metrics):
                yield
        finally:
            handler.setStream(before)
            notes = [_note(json.loads(line)) for line in lines.getvalue().splitlines()]
            ignored = [_ignored(json.loads(line)) for line in metrics.getvalue().splitlines()]
            self.told.notes += filter(None, [*notes, *ignored])


def _note(line: Mapping[str, Any]) -> str:
    """A line of the log, if it says that something was left out or went wrong."""
    if line["message"] in ("accepted", "attempt"):
        return ""
    about = [f"{name} {value}" for name, value in line.items() if name not in _OF_EVERY_LINE]
    return ": ".join([line["message"], *filter(None, [", ".join(about)])])


def _ignored(metric: Mapping[str, Any]) -> str:
    """A metric, if it counts an event that goes nowhere."""
    return f"ignored: {metric['reason']}" if "EventIgnored" in metric else ""
