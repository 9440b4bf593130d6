"""Lambda on this machine: each function in processes of its own, frozen between invocations."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Pipe
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import Any

from tools.local import worker
from tools.local.stack import Function
from tools.local.template import REGION

Invoke = Callable[[Any], Any]
"""Runs a function with an event and gives its result; raises FunctionError."""

PROCESSES = min(8, max(2, os.cpu_count() or 1))
"""The most that one function has; further invocations wait. More than there are processors would only wait for them."""

LOOK_EVERY_SECONDS = 0.02

INIT_SECONDS = 60
"""How long a process may import; Lambda gives 10 s, but not on a machine that is busy with everything else."""


_starts = BoundedSemaphore(os.cpu_count() or 1)
"""Starting is work for a whole processor: more at once would only keep each other and everything else waiting."""


class FunctionError(Exception):
    """The invocation has no result: the handler raised, or its process ended."""


class FunctionTimeoutError(FunctionError):
    """The invocation took longer than the function's time-out, and its process was killed."""


class Worker:
    """One process of a function."""

    def __init__(self, function: Function, environment: Mapping[str, str], log: Path, group: int) -> None:
        self._function = function
        self._connection, theirs = Pipe()
        with theirs, log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-u", worker.__file__, str(theirs.fileno())],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[theirs.fileno()],
                process_group=group,
            )
        self._receive(INIT_SECONDS)

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""
        return self._process.poll() is None

    def invoke(self, event: Any) -> Any:
        """Runs the handler once; raises FunctionError, and after a time-out or a crash the process is gone."""
        timeout = self._function.timeout
        context = {
            "aws_request_id": str(uuid.uuid4()),
            "function_name": self._function.name,
            "function_version": "$LATEST",
            "invoked_function_arn": self._function.arn,
            "memory_limit_in_mb": self._function.memory_mb,
            "deadline_ms": int((time.time() + timeout) * 1000),
        }
        self._process.send_signal(signal.SIGCONT)
        try:
            self._connection.send_bytes(json.dumps({"event": event, "context": context}).encode())
        except OSError as error:
            self._end()
            raise FunctionError(f"{self._function.logical_id} ended: {error}") from error
        answer = json.loads(self._receive(timeout))
        self._process.send_signal(signal.SIGSTOP)
        if "error" in answer:
            raise FunctionError(answer["error"])
        return answer["result"]

    def kill(self) -> None:
        """Ends the process at once."""
        self._process.kill()
        self._process.wait()

    def _receive(self, seconds: float) -> bytes:
        if not self._connection.poll(seconds):
            self._end()
            raise FunctionTimeoutError(f"{self._function.logical_id} timed out after {seconds:g} seconds")
        try:
            return self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            self._end()
            raise FunctionError(f"{self._function.logical_id} ended without an answer") from error

    def _end(self) -> None:
        self.kill()
        self._connection.close()


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
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "_HANDLER": function.handler,
            **function.environment,
            **environment,
        }
        self._slots = BoundedSemaphore(PROCESSES)
        self._idle: LifoQueue[Worker] = LifoQueue()
        self._busy: set[Worker] = set()

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
        workers = [each for each in (*self._busy, *self._idle.queue) if each.alive]
        for each in workers:
            each.kill()
        return len(workers)

    def _take(self) -> Worker:
        """An idle process, or a new one when there is a turn to start one."""
        while True:
            if idle := self._take_idle():
                return idle
            if _starts.acquire(timeout=LOOK_EVERY_SECONDS):
                try:
                    return Worker(self._function, self._environment, self._log, self._group)
                finally:
                    _starts.release()

    def _take_idle(self) -> Worker | None:
        with suppress(Empty):
            while True:
                idle = self._idle.get_nowait()
                if idle.alive:
                    return idle
        return None
