"""Is it the customer, or the whole project that is in trouble?"""

import threading
from collections import deque

from cdphub import clock
from cdphub.store import Store

OUTAGE_ANSWERS = 10
OUTAGE_CUSTOMERS = 3
SICK_FAILURES = 10
SICK_MS = clock.HOUR

_REMEMBERED = 3 * OUTAGE_ANSWERS
_RECENT_MS = 10 * clock.MINUTE
_WRITE_EVERY_MS = clock.MINUTE


class Health:
    """What this worker knows of its projects' answers, and the shared record of a project's last yes."""

    def __init__(self, store: Store) -> None:
        self._state = store.state
        self._lock = threading.Lock()
        self._failing: dict[str, deque[str]] = {}
        self._yes_written: dict[str, int] = {}

    def answered(self, project: str) -> None:
        """Voucherify gave a definite answer: whatever is wrong, it is not an outage."""
        with self._lock:
            self._failing.pop(project, None)

    def worked(self, project: str) -> None:
        """Voucherify said yes; written down at most once a minute."""
        self.answered(project)
        now = clock.now_ms()
        with self._lock:
            if self._yes_written.get(project, -_WRITE_EVERY_MS) > now - _WRITE_EVERY_MS:
                return
            self._yes_written[project] = now
        self._state.put(_key(project), "{}", now + _RECENT_MS)

    def failed(self, project: str, customer: str) -> bool:
        """Voucherify gave no good answer for this customer; True when so many in a row make it an outage."""
        with self._lock:
            failing = self._failing.setdefault(project, deque(maxlen=_REMEMBERED))
            failing.append(customer)
            outage = len(failing) >= OUTAGE_ANSWERS and len(set(failing)) >= OUTAGE_CUSTOMERS
            if outage:
                del self._failing[project]
        return outage

    def is_sick(self, project: str, failures: int, first_failure: int) -> bool:
        """Whether a customer has failed for so long, while others of the project succeed, that it is to blame."""
        now = clock.now_ms()
        if failures < SICK_FAILURES or now - first_failure < SICK_MS:
            return False
        return self._state.read(_key(project), now) is not None


def _key(project: str) -> str:
    return f"ok#{project}"
