"""The calls of publications and lookups, told to whoever shares the project's billing cycle (G6).

A message waits for its code, so none of them is held back by what is left; the rest of the hub leaves room for them.
What is spent of a period Voucherify itself tells every worker, with each reply.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass

from cdphub.aws import AwsError
from cdphub.connections import Project
from cdphub.store import Store
from cdphub.telemetry import logger
from cdphub.voucherify import rates
from cdphub.voucherify.answers import Answer
from cdphub.voucherify.shared_calls import SharedCalls

MOST_UNTOLD = 32


@dataclass
class _Calls:
    """Calls that this instance has made and not told yet, and with how many it tells them."""

    untold: int = 0
    tells_at: int = 1


class Spent:
    """Counts the calls of this instance; tells them in numbers that double, so that n calls cost few writes."""

    def __init__(self, store: Store) -> None:
        self._shared = SharedCalls(store)
        self._lock = threading.Lock()
        self._calls: defaultdict[str, _Calls] = defaultdict(_Calls)

    def noted(self, project: Project, _answer: Answer) -> None:
        """One call more; where a cycle has no quota, nobody counts."""
        if project.cycle_quota is None or not (number := self._due(project.id)):
            return
        try:
            self._shared.change(project, lambda calls: rates.spend(calls, number))
        except AwsError as error:
            logger.warning("calls not counted", project=project.id, calls=number, error=str(error))

    def _due(self, project: str) -> int:
        """How many calls are to be told now, this one included."""
        with self._lock:
            calls = self._calls[project]
            calls.untold += 1
            if calls.untold < calls.tells_at:
                return 0
            number, calls.untold = calls.untold, 0
            calls.tells_at = min(2 * calls.tells_at, MOST_UNTOLD)
            return number
