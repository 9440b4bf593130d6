"""The project's API calls: the shop keeps its share, and all workers together keep to the hub's (G6).

The rules are in cdphub.voucherify.rates. What workers share is written when one of them takes a block of calls, and at
the first reply of a period; blocks double, so that n calls cost about log n writes.
"""

import threading
from dataclasses import dataclass

from cdphub import clock
from cdphub.aws import AwsError
from cdphub.clock import SECOND
from cdphub.connections import Project
from cdphub.pauses import Pauses, Throttle
from cdphub.store import Store
from cdphub.telemetry import logger
from cdphub.voucherify import rates
from cdphub.voucherify.answers import LONGEST_WAIT_MS, Answer, Rate
from cdphub.voucherify.cycles import next_cycle_ms
from cdphub.voucherify.rates import Calls
from cdphub.voucherify.shared_calls import SharedCalls

# Voucherify's clock and the hub's are not quite the same.
_MARGIN_MS = 2 * SECOND


@dataclass
class _Block:
    """Calls that this worker has taken in the period that began then: so many at once, so many not yet made."""

    began_ms: int = -1
    size: int = 0
    left: int = 0


class Budget:
    """The calls of all projects, as this worker last heard of them."""

    def __init__(self, store: Store, pauses: Pauses) -> None:
        self._shared = SharedCalls(store)
        self._pauses = pauses
        self._lock = threading.Lock()
        self._blocks: dict[str, _Block] = {}

    def eager(self, project: Project) -> bool:
        """Whether less than half of this period's budget is spent, so that what was just written may go out at once."""
        return rates.eager(self._shared.known(project), project)

    def calls_left(self, project: Project) -> int:
        """How many calls the hub may still make in this period; a large number where no limit is known."""
        known = self._shared.known(project)
        with self._lock:
            block = self._blocks.get(project.id, _Block())
            mine = block.left if block.began_ms == known.began_ms else 0
        return 0 if rates.shops_part_left(known, project) else rates.left(known, project) + mine

    def resets_at(self, project: Project) -> int:
        """When the present period is over, clocks that differ a little included (hub milliseconds)."""
        return self._shared.known(project).reset_ms + _MARGIN_MS

    def take(self, project: Project) -> bool:
        """Takes one call, to be made now; False if the hub has had its part, and then the project is paused."""
        known = self._shared.known(project)
        if not rates.is_limited(known, project):
            return True
        may_spend = not rates.shops_part_left(known, project)
        if may_spend and (self._spend(project, known) or self._take_block(project, known)):
            return True
        self._stop(project)
        return False

    def noted(self, project: Project, answer: Answer) -> None:
        """Takes note of what a reply tells about the limit; the first reply of a period is told to all workers."""
        if answer.rate is None:
            return
        try:
            self._hear(project, answer.rate)
        except AwsError as error:
            # The call has been made: whatever it did is still to be written down.
            logger.warning("limit not shared", project=project.id, error=str(error))

    def _hear(self, project: Project, rate: Rate) -> None:
        known, now = self._shared.known(project), clock.now_ms()
        if known.told:
            self._shared.remember(project, rates.heard(known, rate, now))
        else:
            self._shared.change(project, lambda calls: calls if calls.told else rates.heard(calls, rate, now))

    def _spend(self, project: Project, known: Calls) -> bool:
        """One call of the block in hand."""
        with self._lock:
            block = self._blocks.get(project.id)
            if block is None or block.began_ms != known.began_ms or not block.left:
                return False
            block.left -= 1
            return True

    def _take_block(self, project: Project, known: Calls) -> bool:
        """Takes a new block, and its first call."""
        size, unused = self._end_block(project, known)
        now = clock.now_ms()

        def take(calls: Calls) -> Calls:
            newest = rates.merge(calls, known, now)
            return rates.take(newest, rates.block(rates.left(newest, project), size), unused)

        before, after = self._shared.change(project, take)
        number = after.taken - before.taken
        if number:
            self._begin_block(project, after, number)
        return number > 0

    def _end_block(self, project: Project, known: Calls) -> tuple[int, int]:
        """The size of the present period's last block; of an older one, which ends here, the calls not made."""
        with self._lock:
            block = self._blocks.get(project.id, _Block())
            if block.began_ms == known.began_ms:
                return block.size, 0
            self._blocks.pop(project.id, None)
            return 0, block.left

    def _begin_block(self, project: Project, calls: Calls, number: int) -> None:
        """The first call of the block is the caller's."""
        with self._lock:
            block = self._blocks.get(project.id)
            more = block.left if block and block.began_ms == calls.began_ms else 0
            self._blocks[project.id] = _Block(calls.began_ms, number, more + number - 1)

    def _stop(self, project: Project) -> None:
        """The project waits: for the next period or cycle, at most 15 minutes, and is looked at again."""
        now, known = clock.now_ms(), self._shared.known(project)
        reason: Throttle = "cycle" if rates.cycle_is_spent(known, project) else "budget"
        end = next_cycle_ms(now, project.cycle_day) if reason == "cycle" else known.reset_ms + _MARGIN_MS
        self._pauses.throttle(project.id, min(end - now, LONGEST_WAIT_MS), reason)
