"""Lambda: functions that end in time, event source mappings from queues, and schedules."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Generic, TypeVar

from cdphub.clock import SECOND
from tools.simulation.history import History
from tools.simulation.memory_queues import MemoryQueue, Stored
from tools.simulation.scheduler import Action, Process, Scheduler, Task
from tools.simulation.trouble import Trouble

LONGEST_POLL_MS = SECOND
LONGEST_COPY_MS = 300 * SECOND

Instance = TypeVar("Instance")


class Function(Generic[Instance]):
    """A function: `most` instances at once, each kept for later invocations until it is killed."""

    def __init__(
        self,
        name: str,
        timeout_ms: int,
        most: int,
        make: Callable[[], Instance],
        scheduler: Scheduler,
        history: History,
    ) -> None:
        self._name = name
        self._timeout_ms = timeout_ms
        self._most = most
        self._make = make
        self._scheduler = scheduler
        self._history = history
        self._numbers = count(1)
        self._idle: list[Instance] = []
        self.running = 0

    @property
    def is_busy(self) -> bool:
        """Whether as many invocations run as may."""
        return self.running >= self._most

    def invoke(self, work: Callable[[Instance, int], None], at_end: Callable[[bool], None]) -> None:
        """Begins an invocation of `work` (given an instance and the end in milliseconds); then tells if it returned."""
        process = Process(f"{self._name}-{next(self._numbers)}")
        end_ms = self._scheduler.now_ms + self._timeout_ms
        kept = self._idle.pop() if self._idle else None
        self.running += 1

        def live() -> None:
            instance = kept or self._make()
            try:
                work(instance, end_ms)
            finally:
                if not process.killed:
                    self._idle.append(instance)

        def over() -> None:
            self.running -= 1
            self._judge(process, task)
            at_end(task.error is None)

        task = self._scheduler.start(process, live, over)
        self._scheduler.at(end_ms, lambda: self._time_out(process, task))

    def _time_out(self, process: Process, task: Task) -> None:
        if not task.over:
            self._history.injected["invocation out of time"] += 1
            self._history.struck(process.name, self._scheduler.now_ms, "kills", "is out of time")
            self._scheduler.kill(process)

    def _judge(self, process: Process, task: Task) -> None:
        if task.error:
            self._history.tell(self._scheduler.now_ms, process.name, f"ends with {task.error!r}")
        if isinstance(task.error, Exception):
            self._history.failed(task.error)


class Mapping(Generic[Instance]):
    """An event source mapping with partial batch responses: batches of up to `most` messages, in any order."""

    def __init__(
        self,
        queue: MemoryQueue,
        function: Function[Instance],
        most: int,
        work: Callable[[Instance, list[dict[str, Any]], int], list[str]],
        scheduler: Scheduler,
        trouble: Trouble,
    ) -> None:
        self._queue = queue
        self._function = function
        self._most = most
        self._work = work
        self._scheduler = scheduler
        self._trouble = trouble
        self._newest_ms = 0

    def poll(self) -> None:
        """Looks for messages, now and from time to time."""
        for batch in self._batches():
            self._begin(batch)
        self._scheduler.after(self._trouble.random.randint(1, LONGEST_POLL_MS), self.poll)

    def _batches(self) -> Iterator[list[int]]:
        """One batch, in no order, if there is anything and somebody to see to it."""
        visible = self._queue.visible()
        if visible and not self._function.is_busy:
            self._trouble.random.shuffle(visible)
            yield visible[: self._trouble.random.randint(1, self._most)]

    def _begin(self, visible: list[int]) -> None:
        batch = [taken for receipt in visible if (taken := self._queue.receive(receipt))]
        for _, message in batch:
            self._note_order(message)
            if self._trouble.strikes(self._trouble.rates.copy):
                self._trouble.inject("message delivered twice")
                self._queue.copy(message, self._trouble.random.choice((0, LONGEST_COPY_MS, SECOND)))
        failed: list[str] = []

        def work(instance: Instance, end_ms: int) -> None:
            failed.extend(self._work(instance, [_record(message) for _, message in batch], end_ms))

        def at_end(returned: bool) -> None:
            for receipt, message in batch:
                if returned and message.id not in failed:
                    self._queue.delete(receipt, copies=self._trouble.random.random() < 0.5)

        if batch:
            self._function.invoke(work, at_end)

    def _note_order(self, message: Stored) -> None:
        """Counts the messages that come after newer ones."""
        if message.sent_ms < self._newest_ms:
            self._trouble.inject("message overtaken")
        self._newest_ms = max(self._newest_ms, message.sent_ms)


def _record(message: Stored) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "body": message.text,
        "attributes": {"ApproximateReceiveCount": str(message.receives), "SentTimestamp": str(message.sent_ms)},
        "eventSource": "aws:sqs",
    }


def every(scheduler: Scheduler, period_ms: int, action: Action) -> None:
    """Has something happen once in each period."""

    def again() -> None:
        action()
        scheduler.after(period_ms, again)

    scheduler.after(period_ms, again)
