"""The record in the table `state` in which all workers count a project's calls, and what a worker remembers of it."""

from collections.abc import Callable

from cdphub import clock
from cdphub.cache import Cache
from cdphub.clock import DAY, SECOND
from cdphub.connections import Project
from cdphub.store import Store
from cdphub.store.state import Record
from cdphub.telemetry import count, logger
from cdphub.voucherify import rates
from cdphub.voucherify.rates import Calls

_SEEN_MS = 5 * SECOND
# Longer than a cycle. Of a project without calls for so long nothing needs to be known.
_KEEP_MS = 40 * DAY


class SharedCalls:
    """The calls of all projects."""

    def __init__(self, store: Store) -> None:
        self._state = store.state
        self._known: Cache[Calls] = Cache(lambda project: self._read(project)[0], _SEEN_MS)

    def known(self, project: Project) -> Calls:
        """What this worker remembers, or has read at most five seconds ago."""
        return rates.present(self._known.get(project.id), project, clock.now_ms())

    def remember(self, project: Project, calls: Calls) -> None:
        """Replaces what this worker remembers, without telling the others."""
        self._known.put(project.id, calls)

    def change(self, project: Project, step: Callable[[Calls], Calls]) -> tuple[Calls, Calls]:
        """Changes the newest record by `step`, which may be asked again; gives it before and after."""
        while True:
            calls, record = self._read(project.id)
            before = rates.present(calls, project, clock.now_ms())
            after = step(before)
            if after == before or self._write(project.id, after, record):
                break
        self.remember(project, after)
        if rates.rings(before, after, project):
            logger.warning("most of the cycle's calls are spent", project=project.id, calls=after.cycle_taken)
            count("CycleMostlySpent", project=project.id)
        return before, after

    def _read(self, project: str) -> tuple[Calls, Record | None]:
        record = self._state.read(_key(project), clock.now_ms())
        return Calls.model_validate_json(record.text) if record else Calls(), record

    def _write(self, project: str, calls: Calls, record: Record | None) -> bool:
        """False if another worker was quicker."""
        now, text = clock.now_ms(), calls.model_dump_json()
        if record is None:
            return self._state.create(_key(project), text, now + _KEEP_MS, now)
        return self._state.replace(_key(project), text, now + _KEEP_MS, record.version)


def _key(project: str) -> str:
    return f"calls#{project}"
