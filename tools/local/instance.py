"""One process of a function, and what can go wrong in it."""

import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any

from tools.local import worker
from tools.local.stack import Function

INIT_SECONDS = 60
"""How long a process may import; Lambda gives 10 s, but not on a machine that is busy with everything else."""


class FunctionError(Exception):
    """The invocation has no result: the handler raised, or its process ended."""


class FunctionTimeoutError(FunctionError):
    """The invocation took longer than the function's time-out, and its process was killed."""


class Instance:
    """One execution environment of a function: a process, frozen unless it runs an invocation."""

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
