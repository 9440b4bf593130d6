"""Lambda on this machine: each function in processes of its own."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import Any

from tools.local.instance import Instance
from tools.local.stack import Function
from tools.local.template import REGION

Invoke = Callable[[Any], Any]
"""Runs a function with an event and gives its result; raises FunctionError."""

PROCESSES = min(8, max(2, os.cpu_count() or 1))
"""The most that one function has; further invocations wait. More than there are processors would only wait for them."""

LOOK_EVERY_SECONDS = 0.02

_starts = BoundedSemaphore(os.cpu_count() or 1)
"""Starting is work for a whole processor: more at once would only keep each other and everything else waiting."""


class Runner:
    """All processes of one function: started when needed, kept, and replaced when they end."""

    def __init__(self, function: Function, environment: Mapping[str, str], log: Path, group: int) -> None:
        self._function = function
        self._log = log
        self._group = group
        self._environment = {
            "PYTHONPATH": ":".join(map(str, function.code)),
            "TZ": "UTC",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": function.logical_id,  # tells in the record of requests who called
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "_HANDLER": function.handler,
            **function.environment,
            **environment,
        }
        self._slots = BoundedSemaphore(PROCESSES)
        self._idle: LifoQueue[Instance] = LifoQueue()
        self._busy: set[Instance] = set()

    def invoke(self, event: Any) -> Any:
        """The handler's result; waits while all processes are busy. Raises FunctionError."""
        with self._slots:
            chosen = self._take()
            self._busy.add(chosen)
            try:
                return chosen.invoke(event)
            finally:
                self._busy.discard(chosen)
                if chosen.alive:
                    self._idle.put(chosen)

    def kill(self) -> int:
        """Kills all processes, in the middle of whatever they do, and tells how many there were."""
        instances = [each for each in (*self._busy, *self._idle.queue) if each.alive]
        for each in instances:
            each.kill()
        return len(instances)

    def _take(self) -> Instance:
        """An idle process, or a new one when there is a turn to start one."""
        while True:
            if idle := self._take_idle():
                return idle
            if _starts.acquire(timeout=LOOK_EVERY_SECONDS):
                try:
                    return Instance(self._function, self._environment, self._log, self._group)
                finally:
                    _starts.release()

    def _take_idle(self) -> Instance | None:
        with suppress(Empty):
            while True:
                idle = self._idle.get_nowait()
                if idle.alive:
                    return idle
        return None
