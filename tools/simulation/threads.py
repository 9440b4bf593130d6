"""The threads of a simulated worker: a cdphub.pool.Runner."""

from collections.abc import Callable, Sequence
from typing import Any

from cdphub.pool import THREADS
from tools.simulation.scheduler import Scheduler


class SimulatedThreads:
    """Tasks of the same process, at most `THREADS` at a time."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def __call__(self, function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        process = self._scheduler.current.process
        if process is None or len(items) < 2:
            return [function(item) for item in items]
        waiting = iter(range(len(items)))
        results: dict[int, Any] = {}
        errors: dict[int, Exception] = {}

        def live() -> None:
            for index in waiting:
                try:
                    results[index] = function(items[index])
                except Exception as error:
                    errors[index] = error

        tasks = [self._scheduler.start(process, live) for _ in range(min(THREADS, len(items)))]
        self._scheduler.join(tasks)
        if errors:
            raise errors[min(errors)]
        return [results[index] for index in range(len(items))]
