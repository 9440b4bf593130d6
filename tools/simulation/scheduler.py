"""Who runs, and when: threads that take turns on a virtual clock.

A task is a thread that runs only when it has the turn and gives it back in `step`. One heap holds all that is to come,
tasks and plain events, by time; equal times are drawn by lot, and equal lots go by their turn.
"""

import heapq
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random

Action = Callable[[], object]


class Killed(BaseException):
    """The process is gone: raised at each step of its tasks, so that none of them can tidy up."""


@dataclass
class Process:
    """One invocation of a function: its tasks live and die together."""

    name: str
    killed: bool = False
    tasks: list["Task"] = field(default_factory=list)


class Task:
    """One thread of a process; the scheduler's own `run` is a task without a process."""

    def __init__(self, process: Process | None = None) -> None:
        self.process = process
        self.name = process.name if process else "-"
        self.over = False
        self.error: BaseException | None = None
        self.wakes = 0
        self.waiter: Task | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class Scheduler:
    """Virtual time in milliseconds, and everything that is to come."""

    def __init__(self, random: Random, start_ms: int) -> None:
        self.now_ms = start_ms
        self.current = self._main = Task()
        self._random = random
        self._heap: list[tuple[int, float, int, int, Task | Action]] = []
        self._turns = count()
        self._alive: dict[Task, Process] = {}
        self._failure: BaseException | None = None
        self._stopped: Callable[[], bool] = lambda: False

    def at(self, time_ms: int, action: Action) -> None:
        """Has a plain event happen at a time; it must not step."""
        self._push(time_ms, 0, action)

    def after(self, wait_ms: int, action: Action) -> None:
        """Has a plain event happen after a while."""
        self.at(self.now_ms + wait_ms, action)

    def start(self, process: Process, function: Action, at_end: Action | None = None) -> Task:
        """Gives a process one more task, which begins as soon as it is its turn."""
        task = Task(process)
        process.tasks.append(task)
        self._alive[task] = process
        thread = threading.Thread(target=self._live, args=(task, function, at_end), daemon=True)
        thread.start()
        self._wake(task, self.now_ms)
        return task

    def step(self, wait_ms: int) -> None:
        """Gives the turn back for a while; raises Killed when the process has ended meanwhile."""
        task = self.current
        self._check(task)
        self._wake(task, self.now_ms + wait_ms)
        self._give_turn(task)
        self._check(task)

    def join(self, tasks: Sequence[Task]) -> None:
        """Gives the turn back until the tasks, of this task's own process, are over."""
        me = self.current
        for task in tasks:
            task.waiter = me
            while not task.over:
                self._give_turn(me)
                self._check(me)

    def kill(self, process: Process) -> None:
        """Ends a process; each of its tasks finds out at the step it is in."""
        process.killed = True
        for task in process.tasks:
            if not task.over and task is not self.current:
                self._wake(task, self.now_ms)

    def run(self, until: Callable[[], bool]) -> None:
        """Lets things happen until `until` says so, or nothing is left; then kills what is alive.

        Raises what an event raised.
        """
        self._stopped = until
        self._give_turn(self._main)
        failure, self._failure = self._failure, None
        self._stopped = lambda: False
        self._heap.clear()
        for process in list(self._alive.values()):
            self.kill(process)
        while self._alive:
            self._give_turn(self._main)
        if failure:
            raise failure

    def _wake(self, task: Task, time_ms: int) -> None:
        task.wakes += 1
        self._push(time_ms, task.wakes, task)

    def _push(self, time_ms: int, wakes: int, entry: Task | Action) -> None:
        heapq.heappush(self._heap, (time_ms, self._random.random(), next(self._turns), wakes, entry))

    @staticmethod
    def _check(task: Task) -> None:
        if task.process is None or task.process.killed:
            raise Killed

    def _give_turn(self, task: Task) -> None:
        following = self._next()
        if following is not task:
            following.turn.release()
            task.turn.acquire()
        self.current = task

    def _next(self) -> Task:
        """Makes events happen up to the next task's turn; the turn is `run`'s when it is time to stop."""
        while self._heap and not self._failure and not self._stopped():
            time_ms, _, _, wakes, entry = heapq.heappop(self._heap)
            self.now_ms = max(self.now_ms, time_ms)
            if not isinstance(entry, Task):
                self._happen(entry)
            elif not entry.over and wakes == entry.wakes:
                return entry
        return self._main

    def _happen(self, action: Action) -> None:
        try:
            action()
        except BaseException as error:
            self._failure = error

    def _live(self, task: Task, function: Action, at_end: Action | None) -> None:
        task.turn.acquire()
        self.current = task
        try:
            self._check(task)
            function()
        except BaseException as error:
            task.error = error
        task.over = True
        del self._alive[task]
        if at_end:
            self._happen(at_end)
        if task.waiter:
            self._wake(task.waiter, self.now_ms)
        self._next().turn.release()
