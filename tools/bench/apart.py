"""Each module's rows in a process of its own: nothing of one is in another's memory, and the logs go nowhere."""

import os
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context

from tools.bench.row import Row

MODULES = (
    "cold",
    "ingest",
    "transform",
    "deliver",
    "peers",
    "latency",
    "aws_calls",
    "calls",
    "memory",
    "growth",
    "cost",
)
"""Where rows are measured, each by `measure(quick)`, in the order of the page."""


def measured(name: str, quick: bool) -> list[Row]:
    """The rows of one module of tools/bench; `quick` shows that all works, and measures nothing worth keeping."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_silence) as executor:
        return executor.submit(_measure, name, quick).result()


def _measure(name: str, quick: bool) -> list[Row]:
    rows: list[Row] = import_module(f"tools.bench.{name}").measure(quick)
    return rows


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
