"""A wait of a whole project is one record that apply and sweep consult; it rewrites no customer's row (G5).

A throttle ends by itself. A rejected key and an outage end when a probe succeeds: the sweep lets one waiting customer
try, each minute another.
"""

from typing import Literal

from pydantic import BaseModel

from cdphub import clock
from cdphub.cache import Cache
from cdphub.store import Store

PROBE_MS = clock.MINUTE
_KEEP_MS = 5 * clock.SECOND


class Pause(BaseModel):
    """Why a project waits: until a time, or until a probe succeeds, due at `probe_at`; `version` is the record's."""

    reason: Literal["auth", "outage", "throttle"]
    until: int | None = None
    probe_at: int = 0
    version: int = 0


class Pauses:
    """The pauses of all projects, as this worker last saw them, at most five seconds ago."""

    def __init__(self, store: Store) -> None:
        self._state = store.state
        self._cache: Cache[Pause | None] = Cache(self._read, _KEEP_MS)

    def current(self, project: str) -> Pause | None:
        """The project's pause, if it is paused."""
        pause = self._cache.get(project)
        if pause is None or (pause.until is not None and pause.until <= clock.now_ms()):
            return None
        return pause

    def throttle(self, project: str, wait_ms: int) -> None:
        """Pauses until the wait is over."""
        self._begin(project, Pause(reason="throttle", until=clock.now_ms() + wait_ms))

    def until_probed(self, project: str, reason: Literal["auth", "outage"]) -> None:
        """Pauses until a probe succeeds."""
        self._begin(project, Pause(reason=reason, probe_at=clock.now_ms() + PROBE_MS))

    def end(self, project: str, pause: Pause) -> None:
        """A probe succeeded."""
        self._state.delete(_key(project), pause.version)
        self._forget(project)

    def probe_again(self, project: str, pause: Pause) -> Pause | None:
        """Claims the probe that is due; the next one is in a minute. None if somebody else was quicker."""
        later = pause.model_copy(update={"probe_at": clock.now_ms() + PROBE_MS, "version": pause.version + 1})
        text = later.model_dump_json(exclude={"version"})
        claimed = self._state.replace(_key(project), text, None, pause.version)
        self._forget(project)
        return later if claimed else None

    def _begin(self, project: str, pause: Pause) -> None:
        text = pause.model_dump_json(exclude={"version"})
        self._state.create(_key(project), text, pause.until, clock.now_ms())
        self._forget(project)

    def _forget(self, project: str) -> None:
        self._cache.get(project, not_older_than_ms=clock.now_ms())

    def _read(self, project: str) -> Pause | None:
        record = self._state.read(_key(project), clock.now_ms())
        if record is None:
            return None
        return Pause.model_validate_json(record.text).model_copy(update={"version": record.version})


def _key(project: str) -> str:
    return f"pause#{project}"
