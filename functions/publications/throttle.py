"""How fast a connection may publish: so many a minute if its settings say so, and never while Voucherify says wait.

Instances share one record per connection. They take publications in blocks that double, so that n of them cost about
log n writes.
"""

import threading
from dataclasses import dataclass

from pydantic import BaseModel

from cdphub import clock
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Connection
from cdphub.failures import FailureClass
from cdphub.shared import amend
from cdphub.store import Store
from cdphub.voucherify.answers import Answer

# What is left of a minute's publications is of no use in the next.
_KEEP_MS = 2 * MINUTE

# A block is a quarter of what is left at most, so that the last publications go to whoever needs them.
_PARTS = 4


class _Taken(BaseModel):
    minute: int
    number: int = 0


@dataclass
class _Block:
    """Publications that this instance has taken in a minute: so many at once, so many not yet made."""

    minute: int
    size: int = 0
    left: int = 0
    is_last: bool = False


class Throttle:
    """The connections' pace, as far as this instance knows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._blocks: dict[str, _Block] = {}
        self._held: dict[str, int] = {}

    def wait(self, connection: Connection, a_minute: int | None, end_ms: int) -> int:
        """Waits for a publication's turn, at most until `end_ms`; then gives how long it would have to wait still."""
        while wait_ms := self._take(connection, a_minute):
            if clock.now_ms() + wait_ms > end_ms:
                return wait_ms
            clock.sleep(wait_ms / SECOND)
        return 0

    def heed(self, project: str, answer: Answer) -> None:
        """Voucherify may have asked the project to wait."""
        if answer.failure is FailureClass.THROTTLE:
            self._held[project] = clock.now_ms() + answer.wait_ms

    def _take(self, connection: Connection, a_minute: int | None) -> int:
        """Takes one publication; else how long to wait."""
        now = clock.now_ms()
        if (held := self._held.get(connection.project, 0) - now) > 0:
            return held
        if a_minute is None:
            return 0
        with self._lock:
            mine = self._blocks.get(connection.id)
            if mine is None or mine.minute != now // MINUTE:
                mine = _Block(now // MINUTE)
            if not mine.left and not mine.is_last:
                mine = self._next_block(connection, a_minute, mine)
            self._blocks[connection.id] = mine
            if mine.left:
                mine.left -= 1
                return 0
        return MINUTE - now % MINUTE

    def _next_block(self, connection: Connection, a_minute: int, last: _Block) -> _Block:
        number = 0

        def take(text: str | None) -> str:
            nonlocal number
            taken = _Taken.model_validate_json(text) if text else _Taken(minute=last.minute)
            if taken.minute != last.minute:
                taken = _Taken(minute=last.minute)
            left = max(0, a_minute - taken.number)
            number = min(left, max(1, 2 * last.size), max(1, left // _PARTS))
            return _Taken(minute=last.minute, number=taken.number + number).model_dump_json()

        amend(self._store, f"publishing#{connection.id}", take, _KEEP_MS)
        return _Block(last.minute, size=number, left=number, is_last=not number)
