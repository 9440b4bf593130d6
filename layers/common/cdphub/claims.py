"""Claims: of several copies of a piece of work, one is done at a time, and none after one is done (G3).

Only *done* lets a copy be dropped. A copy that meets a live claim must come again, since the claimant may have died.
"""

import hashlib
from enum import Enum

from cdphub import clock
from cdphub.store.state import State

_DONE = "done"


class Claim(Enum):
    """What a copy has met: nobody, another copy at work, or finished work."""

    MINE = "mine"
    TAKEN = "taken"
    DONE = _DONE


def claim(state: State, key: str, lease_ms: int) -> Claim:
    """Claims `key` for as long as the work may take."""
    now = clock.now_ms()
    if state.create(_record(key), "claimed", now + lease_ms, now):
        return Claim.MINE
    found = state.read(_record(key), now)
    return Claim.DONE if found is not None and found.text == _DONE else Claim.TAKEN


def done(state: State, key: str, keep_ms: int) -> None:
    """Says that the work is done; copies are dropped for `keep_ms`."""
    state.put(_record(key), _DONE, clock.now_ms() + keep_ms)


def _record(key: str) -> str:
    # Hashed, because parts of keys are the vendor's ids, and those may be of any length.
    return f"claim#{hashlib.sha256(key.encode()).hexdigest()}"
