"""The only door to time, chance and new ids.

Everything that waits, expires or is ordered reads the time here, so that the simulation can replace it and the local
cloud can run it faster. `TIME_SCALE` divides every duration at once: the hub's clock runs that many times faster from
`TIME_ORIGIN` (milliseconds since 1970) on, code goes on speaking of hub seconds, and only the doors that hand a
duration to the outside (`sleep`, HTTP time-outs, SQS delays, Lambda's remaining time) convert it.
"""

import os
import random as chance
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Source(Protocol):
    """Where time, chance and ids come from."""

    def now_ms(self) -> int: ...
    def sleep(self, seconds: float) -> None: ...
    def random(self) -> float: ...
    def new_id(self) -> str: ...
    def real_seconds(self, seconds: float) -> float: ...


def _real_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, `scale` times as fast from `origin_ms` on."""

    scale: float = 1.0
    origin_ms: int = field(default_factory=_real_ms)

    def now_ms(self) -> int:
        return self.origin_ms + int((_real_ms() - self.origin_ms) * self.scale)

    def sleep(self, seconds: float) -> None:
        time.sleep(self.real_seconds(seconds))

    def random(self) -> float:
        return chance.random()  # noqa: S311 - spreads waits; nothing secret hangs on it

    def new_id(self) -> str:
        return uuid.uuid4().hex

    def real_seconds(self, seconds: float) -> float:
        return seconds / self.scale


def _from_environment() -> SystemClock:
    scale = float(os.environ.get("TIME_SCALE", "1"))
    origin = os.environ.get("TIME_ORIGIN")
    return SystemClock(scale, int(origin)) if origin else SystemClock(scale)


_source: Source = _from_environment()


@contextmanager
def use(source: Source) -> Iterator[None]:
    """Replaces the source for the length of a `with` block."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def now_ms() -> int:
    """Hub time in milliseconds since 1970."""
    return _source.now_ms()


def left_ms(end_ms: int) -> int:
    """How long it is until then, in hub milliseconds; a moment if it is over."""
    return max(1, end_ms - now_ms())


def sleep(seconds: float) -> None:
    """Waits for hub seconds."""
    _source.sleep(seconds)


def random() -> float:
    """A number from 0 up to, but without, 1."""
    return _source.random()


def new_id() -> str:
    """A new unique id, 32 hexadecimal digits."""
    return _source.new_id()


def real_seconds(seconds: float) -> float:
    """Hub seconds as the outside world counts them."""
    return _source.real_seconds(seconds)


def invocation_end(remaining_real_ms: int) -> int:
    """The hub time in milliseconds at which Lambda ends an invocation that has so much real time left."""
    return now_ms() + int(remaining_real_ms / real_seconds(1))
