"""Processes that end when they should, and never outlive this one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def exit_on_signals(status: int) -> None:
    """Lets SIGINT and SIGTERM end this process in order, with this status."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: sys.exit(status))


def wait_for_signal() -> NoReturn:
    """Waits for what `exit_on_signals` set."""
    while True:
        time.sleep(1)  # not signal.pause(): Python runs handlers in this thread, which a signal need not wake


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
