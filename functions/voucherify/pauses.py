"""A wait of a whole project is one record that apply and sweep consult; it rewrites no customer's row (G5).

A throttle ends by itself: Voucherify asked for it, or the hub's part of the calls is spent. A rejected key, an outage
and a billing cycle that Voucherify calls spent end when a probe succeeds: the sweep lets one waiting customer try, each
time another.
"""

from typing import Literal

from pydantic import BaseModel

from cdphub import clock
from cdphub.cache import Cache
from cdphub.store import Store
from voucherify.wakes import Wakes

Throttle = Literal["throttle", "budget", "cycle"]
Broken = Literal["auth", "outage", "cycle"]

PROBE_MS = clock.MINUTE
PROBE_CYCLE_MS = clock.HOUR
_KEEP_MS = 5 * clock.SECOND


class Pause(BaseModel):
    """Why a project waits: until a time, or until a probe succeeds, due at `probe_at`; `version` is the record's."""

    reason: Throttle | Broken
    until: int | None = None
    probe_at: int = 0
    version: int = 0


class Pauses:
    """The pauses of all projects, as this worker last saw them, at most five seconds ago."""

    def __init__(self, store: Store, wakes: Wakes) -> None:
        self._state = store.state
        self._wakes = wakes
        self._cache: Cache[Pause | None] = Cache(self._read, _KEEP_MS)

    def current(self, project: str) -> Pause | None:
        """The project's pause, if it is paused."""
        pause = self._cache.get(project)
        if pause is None or (pause.until is not None and pause.until <= clock.now_ms()):
            return None
        return pause

    def throttle(self, project: str, wait_ms: int, reason: Throttle = "throttle") -> None:
        """Pauses until the wait is over; then the project's due customers are looked at."""
        until = clock.now_ms() + wait_ms
        if self._begin(project, Pause(reason=reason, until=until)):
            self._wakes.wake(project, until)

    def until_probed(self, project: str, reason: Broken) -> None:
        """Pauses until a probe succeeds."""
        self._begin(project, Pause(reason=reason, probe_at=_next_probe(reason)))

    def end(self, project: str, pause: Pause) -> None:
        """A probe succeeded."""
        self._state.delete(_key(project), pause.version)
        self._forget(project)

    def probe_again(self, project: str, pause: Pause) -> Pause | None:
        """Claims the probe that is due, and sets the time of the next. None if somebody else was quicker."""
        later = pause.model_copy(update={"probe_at": _next_probe(pause.reason), "version": pause.version + 1})
        text = later.model_dump_json(exclude={"version"})
        claimed = self._state.replace(_key(project), text, None, pause.version)
        self._forget(project)
        return later if claimed else None

    def _begin(self, project: str, pause: Pause) -> bool:
        """False if the project is paused already."""
        text = pause.model_dump_json(exclude={"version"})
        begun = self._state.create(_key(project), text, pause.until, clock.now_ms())
        self._forget(project)
        return begun

    def _forget(self, project: str) -> None:
        self._cache.get(project, not_older_than_ms=clock.now_ms())

    def _read(self, project: str) -> Pause | None:
        record = self._state.read(_key(project), clock.now_ms())
        if record is None:
            return None
        return Pause.model_validate_json(record.text).model_copy(update={"version": record.version})


def _next_probe(reason: str) -> int:
    return clock.now_ms() + (PROBE_CYCLE_MS if reason == "cycle" else PROBE_MS)


def _key(project: str) -> str:
    return f"pause#{project}"
