"""A wait of a whole project or connection is one record that all workers consult; it rewrites nothing that waits (G5).

A throttle ends by itself: the vendor asked for it, or the hub's part of the calls is spent. A rejected key, an outage
and a billing cycle that Voucherify calls spent end when a probe succeeds: one worker at a time claims the next.
"""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel

from cdphub import clock
from cdphub.cache import Cache
from cdphub.store.state import State

Throttle = Literal["throttle", "budget", "cycle"]
Broken = Literal["auth", "outage", "cycle"]

PROJECTS, CONNECTIONS = "pause#", "connection-pause#"
PROBE_MS = clock.MINUTE
PROBE_CYCLE_MS = clock.HOUR
_KEEP_MS = 5 * clock.SECOND


class Pause(BaseModel):
    """Why its owner waits: until a time, or until a probe succeeds, due at `probe_at`; `version` is the record's."""

    reason: Throttle | Broken
    until: int | None = None
    probe_at: int = 0
    version: int = 0

    @property
    def is_probe_due(self) -> bool:
        """Whether somebody may try if it is over."""
        return self.until is None and self.probe_at <= clock.now_ms()


def _nobody(_owner: str, _at_ms: int) -> None:
    pass


class Pauses:
    """The pauses of all projects or of all connections, as this worker last saw them, at most five seconds ago.

    Their records' keys begin with `prefix`; `wake` is told when a throttle begins, whose it is and when it will end.
    """

    def __init__(self, state: State, prefix: str, wake: Callable[[str, int], None] = _nobody) -> None:
        self._state = state
        self._prefix = prefix
        self._wake = wake
        self._cache: Cache[Pause | None] = Cache(self._read, _KEEP_MS)

    def current(self, owner: str) -> Pause | None:
        """The owner's pause, if it is paused."""
        pause = self._cache.get(owner)
        if pause is None or (pause.until is not None and pause.until <= clock.now_ms()):
            return None
        return pause

    def throttle(self, owner: str, wait_ms: int, reason: Throttle = "throttle") -> bool:
        """Pauses until the wait is over; False if the owner is paused already."""
        until = clock.now_ms() + wait_ms
        begun = self._begin(owner, Pause(reason=reason, until=until))
        if begun:
            self._wake(owner, until)
        return begun

    def until_probed(self, owner: str, reason: Broken) -> bool:
        """Pauses until a probe succeeds; False if the owner is paused already."""
        return self._begin(owner, Pause(reason=reason, probe_at=_next_probe(reason)))

    def end(self, owner: str, pause: Pause) -> bool:
        """A probe succeeded; False if the pause is another by now."""
        ended = self._state.delete(self._prefix + owner, pause.version)
        self._forget(owner)
        return ended

    def probe_again(self, owner: str, pause: Pause) -> Pause | None:
        """Claims the probe that is due, and sets the time of the next. None if somebody else was quicker."""
        later = pause.model_copy(update={"probe_at": _next_probe(pause.reason), "version": pause.version + 1})
        text = later.model_dump_json(exclude={"version"})
        claimed = self._state.replace(self._prefix + owner, text, None, pause.version)
        self._forget(owner)
        return later if claimed else None

    def _begin(self, owner: str, pause: Pause) -> bool:
        text = pause.model_dump_json(exclude={"version"})
        begun = self._state.create(self._prefix + owner, text, pause.until, clock.now_ms())
        self._forget(owner)
        return begun

    def _forget(self, owner: str) -> None:
        self._cache.get(owner, not_older_than_ms=clock.now_ms())

    def _read(self, owner: str) -> Pause | None:
        record = self._state.read(self._prefix + owner, clock.now_ms())
        if record is None:
            return None
        return Pause.model_validate_json(record.text).model_copy(update={"version": record.version})


def _next_probe(reason: str) -> int:
    return clock.now_ms() + (PROBE_CYCLE_MS if reason == "cycle" else PROBE_MS)
