"""How a vendor fails, or the network before it."""

from dataclasses import dataclass

from cdphub.clock import MINUTE, SECOND
from cdphub.http import DEADLINE_MS

QUICK_MS = 150
SLOW_MS = 9 * SECOND
"""How long a vendor takes at most to do a thing, and to say so when it is slow."""


@dataclass(frozen=True)
class Failure:
    """A way to fail: an answer with `status`, else none.

    `bare` answers lack the vendor's error body. After a `doubtful` one the call may take effect, now or later.
    """

    status: int | None = None
    bare: bool = False
    doubtful: bool = False
    after_ms: int = QUICK_MS


UNAVAILABLE = Failure(503)
THROTTLED = Failure(429)
UNAUTHORIZED = Failure(401)
TIMED_OUT = Failure(doubtful=True, after_ms=DEADLINE_MS)
UNREACHABLE = Failure()
RESET = Failure(doubtful=True)
LOCKED = Failure(423)
BARE = Failure(503, bare=True, doubtful=True)
GATEWAY = Failure(504, bare=True, doubtful=True)

FAILURES = (UNAVAILABLE, UNAVAILABLE, THROTTLED, UNAUTHORIZED, LOCKED, UNREACHABLE, TIMED_OUT, RESET, BARE, GATEWAY)
FAILURES_OF_ALL = (UNAVAILABLE, THROTTLED, UNAUTHORIZED, TIMED_OUT, UNREACHABLE)
LONGEST_WINDOW_MS = 10 * MINUTE
