"""One execution environment of a Lambda function; runs as a process of its own, which imports nothing of the tools.

Usage: worker.py FD. Imports the handler that the environment's `_HANDLER` names, says so over the connection FD, then
answers one invocation after another: `{"event", "context"}` in, `{"result"}` or `{"error"}` out, all as JSON.
"""

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True)
class Context:
    """What Lambda hands to a handler beside the event."""

    aws_request_id: str
    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    deadline_ms: int

    def get_remaining_time_in_millis(self) -> int:
        """Real milliseconds until this process is killed."""
        return max(0, self.deadline_ms - time.time_ns() // 1_000_000)


def answer(handler: Callable[[Any, Context], Any], request: bytes) -> bytes:
    """The handler's result, or the error it raised; a result that is no JSON is an error too."""
    invocation = json.loads(request)
    try:
        result = handler(invocation["event"], Context(**invocation["context"]))
        return json.dumps({"result": result}).encode()
    except Exception as error:
        traceback.print_exc()
        return json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()


def main() -> None:
    """Serves invocations until the other end is closed."""
    connection = Connection(int(sys.argv[1]))
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    connection.send_bytes(b"ready")
    while True:
        try:
            request = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(answer(handler, request))


if __name__ == "__main__":
    main()
