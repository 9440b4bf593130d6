"""CDPs that send requests through the production ingest path, and repeat what was not accepted."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cdphub.api import Reply, Request
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Connection, IntegrationKey, digest
from cdphub.credentials import Gatekeeper
from cdphub.queues import Queues
from tools.simulation.world import PROJECT, World

INGEST_MS = 10 * SECOND
LONGEST_PATIENCE_MS = 20 * SECOND
LONGEST_PAUSE_MS = 10 * MINUTE


@dataclass(frozen=True)
class Cdp:
    """A CDP, the integration key it presents, the production code that answers it, and settings of its connection."""

    name: str
    application_id: str
    secret: str
    answer: Callable[[Request, Gatekeeper, Queues], Reply]
    settings: Mapping[str, Any] = field(default_factory=dict)


class Sender:
    """One CDP's requests, one after the other, `pace_ms` apart on average."""

    def __init__(
        self, world: World, cdp: Cdp, requests: Iterable[Request], pace_ms: int, project: str = PROJECT.id
    ) -> None:
        self._world = world
        self._connections = world.hub.store.connections
        self._cdp = cdp
        self._project = project
        self._waiting = deque(requests)
        self._pace_ms = pace_ms
        self._function = world.function(f"ingest-{cdp.name}", INGEST_MS, 1, self._gatekeeper)

    @property
    def is_done(self) -> bool:
        """Whether everything was accepted."""
        return not self._waiting

    def start(self) -> None:
        """Connects the CDP with the project, and begins to send."""
        key = IntegrationKey(
            application_id=self._cdp.application_id,
            secret_sha256=digest(self._cdp.secret),
            project=self._project,
            connection=self._cdp.name,
        )
        self._connections.put_key(self._cdp.name, key.application_id, key.model_dump_json())
        self._connect("live")
        if self._world.trouble.strikes(self._world.trouble.rates.pause):
            self._pause_for_a_while()
        self._send_after(self._pace_ms)

    def _connect(self, state: Literal["live", "paused"]) -> None:
        name, settings = self._cdp.name, dict(self._cdp.settings)
        connection = Connection(id=name, project=self._project, cdp=name, state=state, settings=settings)
        self._connections.put_connection(self._project, connection.id, connection.model_dump_json())

    def _pause_for_a_while(self) -> None:
        begin = self._world.random.randint(0, self._pace_ms * len(self._waiting))
        end = begin + self._world.random.randint(0, LONGEST_PAUSE_MS)
        self._world.scheduler.after(begin, lambda: self._connect("paused"))
        self._world.scheduler.after(end, lambda: self._connect("live"))

    def _gatekeeper(self) -> Gatekeeper:
        return Gatekeeper(self._world.doors.store, self._cdp.name)

    def _send_after(self, longest_ms: int) -> None:
        if self._waiting:
            self._world.scheduler.after(self._world.random.randint(0, 2 * longest_ms), self._send)

    def _send(self) -> None:
        replies: list[Reply] = []

        def work(gatekeeper: Gatekeeper, _end_ms: int) -> None:
            replies.append(self._cdp.answer(self._waiting[0], gatekeeper, self._world.doors.queues))

        self._function.invoke(work, lambda returned: self._answered(replies))

    def _answered(self, replies: list[Reply]) -> None:
        """Without an answer, or with 503, the same request comes again; now and then it does so anyway."""
        status = replies[0]["statusCode"] if replies else 503
        if status == 503:
            self._send_after(LONGEST_PATIENCE_MS)
            return
        if status != 200:
            raise AssertionError(f"refused: {replies[0]['body']}")
        accepted = json.loads(replies[0]["body"])
        self._world.ledger.promise(accepted["trace_id"], accepted["accepted"])
        if not self._world.trouble.strikes(self._world.trouble.rates.copy):
            self._waiting.popleft()
            self._world.history.counts["commands"] += accepted["accepted"]
        self._send_after(self._pace_ms)
