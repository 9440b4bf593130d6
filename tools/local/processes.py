"""Processes that never outlive this one."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def process_group() -> Iterator[int]:
    """The id of a process group for children.

    All of them are killed at the end of the `with` block, also stopped ones. Should this process be killed itself, the
    group's guard sees the end of its input and does the same.
    """
    guard = subprocess.Popen(["/bin/sh", "-c", "cat; kill -KILL 0"], stdin=subprocess.PIPE, process_group=0)
    try:
        yield guard.pid
    finally:
        os.killpg(guard.pid, signal.SIGKILL)
        guard.communicate()
