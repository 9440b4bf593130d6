"""Claims: of several copies of a piece of work, one is done at a time, and none after one is done (G3).

Only *done* lets a copy be dropped. A copy that meets a live claim must come again, since the claimant may have died.
"""

import hashlib
from enum import Enum

from cdphub import clock
from cdphub.store.state import State

_DONE = "done"
# For so long a claim that its claimant left is known as such; nothing on its way comes again later than that.
_REMEMBERED_MS = clock.DAY


class Claim(Enum):
    """What a copy has met: nobody, somebody who died at work, another copy at work, or finished work.

    After MINE and LEFT the work is the copy's own; after LEFT some of it may have been done before.
    """

    MINE = "mine"
    LEFT = "left"
    TAKEN = "taken"
    DONE = _DONE


def claim(state: State, key: str, lease_ms: int) -> Claim:
    """Claims `key` for as long as the work may take."""
    now = clock.now_ms()
    record, until, expires_ms = _record(key), str(now + lease_ms), now + lease_ms + _REMEMBERED_MS
    if state.create(record, until, expires_ms, now):
        return Claim.MINE
    found = state.read(record, now)
    if found is None:
        return Claim.TAKEN
    if found.text == _DONE:
        return Claim.DONE
    if int(found.text) > now:
        return Claim.TAKEN
    return Claim.LEFT if state.replace(record, until, expires_ms, found.version) else Claim.TAKEN


def done(state: State, key: str, keep_ms: int) -> None:
    """Says that the work is done; copies are dropped for `keep_ms`."""
    state.put(_record(key), _DONE, clock.now_ms() + keep_ms)


def release(state: State, key: str) -> None:
    """Gives up a claim whose lease has not run out: the next copy finds nobody."""
    state.remove(_record(key))


def _record(key: str) -> str:
    # Hashed, because parts of keys are the vendor's ids, and those may be of any length.
    return f"claim#{hashlib.sha256(key.encode()).hexdigest()}"
