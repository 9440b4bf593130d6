"""The outbox and queues, watched by those who judge a run."""

from cdphub.store.outbox import CustomerItem
from tools.simulation.history import History
from tools.simulation.ledger import Ledger
from tools.simulation.memory_outbox import MemoryOutbox
from tools.simulation.memory_queues import MemoryQueue
from tools.simulation.scheduler import Scheduler
from tools.simulation.trouble import Trouble

LONGEST_DELAY_SECONDS = 300


class WatchedOutbox(MemoryOutbox):
    """Notes which rows a worker last saw, and when events ended."""

    def __init__(self, scheduler: Scheduler, trouble: Trouble, history: History) -> None:
        super().__init__(lambda: scheduler.now_ms, trouble.lag_ms)
        self._scheduler = scheduler
        self._trouble = trouble
        self._history = history

    def read_customer(self, pk: str) -> CustomerItem | None:
        item = super().read_customer(pk)
        if item:
            self._seen(pk, item, "reads")
        return item

    def write_customer(self, pk: str, item: CustomerItem, lease: str | None = None) -> bool:
        written = super().write_customer(pk, item, lease)
        if written:
            self._seen(pk, item, "writes")
        else:
            self._trouble.tell(f"may not write {pk}")
        return written

    def end_event(self, pk: str, key: str, status: str, expires_ms: int) -> None:
        super().end_event(pk, key, status, expires_ms)
        self._history.ended.setdefault((pk, key), self._scheduler.now_ms)
        self._trouble.tell(f"ends {pk} event {key} as {status}")

    def delete_event(self, pk: str, key: str, last: str) -> None:
        super().delete_event(pk, key, last)
        if self.read_event(pk, key) is None:
            self._history.ended.pop((pk, key), None)
        self._trouble.tell(f"deletes {pk} event {key} up to {last}")

    def _seen(self, pk: str, item: CustomerItem, verb: str) -> None:
        self._history.rows[self._scheduler.current.name, pk] = item.text
        self._trouble.tell(f"{verb} {pk} {item.version} {item.text}")


class SlowQueue(MemoryQueue):
    """Gives some of its messages late."""

    def __init__(
        self, scheduler: Scheduler, trouble: Trouble, visibility_ms: int, dead: MemoryQueue, receives: int
    ) -> None:
        super().__init__(lambda: scheduler.now_ms, visibility_ms, dead, receives)
        self._trouble = trouble

    def put(self, text: str, delay_seconds: float = 0, group: str | None = None) -> None:
        if self._trouble.strikes(self._trouble.rates.delay):
            self._trouble.inject("message delayed")
            delay_seconds += LONGEST_DELAY_SECONDS * self._trouble.random.random()
        super().put(text, delay_seconds, group)


class WatchedQueue(SlowQueue):
    """Enters in the ledger what is stored."""

    def __init__(
        self,
        scheduler: Scheduler,
        trouble: Trouble,
        ledger: Ledger,
        visibility_ms: int,
        dead: MemoryQueue,
        receives: int,
    ) -> None:
        super().__init__(scheduler, trouble, visibility_ms, dead, receives)
        self._ledger = ledger

    def put(self, text: str, delay_seconds: float = 0, group: str | None = None) -> None:
        self._ledger.store(text)
        super().put(text, delay_seconds, group)
