"""Lowest priority: a backfill goes on only while nothing else of its project waits (G5, G6)."""

from collections.abc import Callable

from cdphub import clock
from cdphub.clock import DAY, MINUTE
from cdphub.connections import Project, read_project_secrets
from cdphub.hub import Hub
from cdphub.outbox import job
from cdphub.outbox.merge import is_taken_in
from cdphub.outbox.row import load, partition, shards
from cdphub.pauses import PROJECTS, Pauses
from tools.hubctl.backfill_lines import Plain
from voucherify.budget import Budget

LOOK_SECONDS = 2
"""Less than any bulk job takes until its end is known, so that each is seen."""

# A message that takes longer is on its way to a dead-letter queue, whose alarm rings.
_LONGEST_MS = 30 * MINUTE
# The due time of a job that holds its customers is ahead of it.
_JOBS = 50


class Gate:
    """Lets the next chunk through when the project has nothing else to do; `seen` are the bulk jobs it has met."""

    def __init__(self, hub: Hub, project: Project, waiting: Callable[[str], None]) -> None:
        self._hub = hub
        self._project = project
        self._waiting = waiting
        self._pauses = Pauses(hub.store.state, PROJECTS)
        self._budget = Budget(hub.store, self._pauses)
        self._salt = read_project_secrets(hub.secrets, project.id).salt
        self.seen: set[str] = set()

    def wait(self) -> None:
        """Returns when the project is not paused, has most of its calls left, and nothing waits to be sent."""
        while reason := self._obstacle():
            self._waiting(reason)
            clock.sleep(LOOK_SECONDS)

    def wait_for(self, last: Plain) -> None:
        """Returns when the worker has taken in a chunk whose last command this is."""
        pk = partition(self._project.id, self._salt, last.customer.source_id)
        end_ms = clock.now_ms() + _LONGEST_MS
        while not self._is_taken_in(pk, last) and clock.now_ms() < end_ms:
            self._waiting("the hub takes them in")
            clock.sleep(LOOK_SECONDS)
            self._has_jobs()

    def _obstacle(self) -> str | None:
        if self._has_jobs():
            return "Voucherify works on a bulk call"
        if pause := self._pauses.current(self._project.id):
            return f"the project is paused: {pause.reason}"
        if not self._budget.eager(self._project):
            return "the project's calls are needed elsewhere"
        now, outbox = clock.now_ms(), self._hub.store.outbox
        if any(next(iter(outbox.due(shard, now, 1)), None) for shard in shards(self._project.id)):
            return "others are to be sent first"
        return None

    def _has_jobs(self) -> bool:
        found = set(self._hub.store.outbox.due(job.shard(self._project.id), clock.now_ms() + DAY, _JOBS))
        self.seen |= found
        return bool(found)

    def _is_taken_in(self, pk: str, command: Plain) -> bool:
        item = self._hub.store.outbox.read_customer(pk)
        return item is not None and is_taken_in(load(item), command)
