"""How a vendor fails, or the network before it."""

from dataclasses import dataclass

from cdphub.clock import MINUTE, SECOND
from cdphub.http import DEADLINE_MS

QUICK_MS = 150
SLOW_MS = 9 * SECOND
"""How long a vendor takes at most to do a thing, and to say so when it is slow."""


@dataclass(frozen=True)
class Failure:
    """A way to fail, and what it is called: an answer with `status`, else none.

    `bare` answers lack the vendor's error body. After a `doubtful` one the call may take effect, now or later; a call
    that is `done` has taken effect. `retry_after` are the seconds that the header tells, 0 if it is left out; else the
    vendor's stand-in decides.
    """

    name: str
    status: int | None = None
    bare: bool = False
    doubtful: bool = False
    done: bool = False
    retry_after: int | None = None
    after_ms: int = QUICK_MS


UNAVAILABLE = Failure("503", 503)
THROTTLED = Failure("429", 429)
UNAUTHORIZED = Failure("401", 401)
TIMED_OUT = Failure("time-out", doubtful=True, after_ms=DEADLINE_MS)
UNREACHABLE = Failure("connection refused")
RESET = Failure("connection reset", doubtful=True)
LOCKED = Failure("423", 423)
BARE = Failure("503 of a proxy", 503, bare=True, doubtful=True)
GATEWAY = Failure("504", 504, bare=True, doubtful=True)

INTERNAL = Failure("500", 500)
TOLD_TO_WAIT = Failure("429 with Retry-After", 429, retry_after=20)
NOT_TOLD_TO_WAIT = Failure("429 without Retry-After", 429, retry_after=0)
CUT_SHORT = Failure("reply cut short", done=True)

FAILURES = (UNAVAILABLE, UNAVAILABLE, THROTTLED, UNAUTHORIZED, LOCKED, UNREACHABLE, TIMED_OUT, RESET, BARE, GATEWAY)
FAILURES_OF_ALL = (UNAVAILABLE, THROTTLED, UNAUTHORIZED, TIMED_OUT, UNREACHABLE)
LONGEST_WINDOW_MS = 10 * MINUTE

EVERY_FAILURE = (
    UNAVAILABLE,
    INTERNAL,
    TOLD_TO_WAIT,
    NOT_TOLD_TO_WAIT,
    UNAUTHORIZED,
    LOCKED,
    UNREACHABLE,
    TIMED_OUT,
    RESET,
    CUT_SHORT,
    BARE,
    GATEWAY,
)
