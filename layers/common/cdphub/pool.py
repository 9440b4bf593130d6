"""The only door to threads."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

THREADS = 8


class Runner(Protocol):
    """Calls a function for every item, in any order, and gives the results in the order of the items."""

    def __call__(self, function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]: ...


def _threads(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(THREADS, len(items))) as executor:
        return list(executor.map(function, items))


_runner: Runner = _threads


@contextmanager
def use(runner: Runner) -> Iterator[None]:
    """Replaces the runner for the length of a `with` block."""
    global _runner
    before, _runner = _runner, runner
    try:
        yield
    finally:
        _runner = before


def run(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Calls `function` for every item, at most `THREADS` at a time; raises what one raised when all have ended."""
    return _runner(function, items)
