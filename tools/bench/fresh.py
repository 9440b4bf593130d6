"""A process of its own for what another measurement would disturb."""

from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, TypeVar

Result = TypeVar("Result")


def fresh(function: Callable[..., Result], *arguments: Any) -> Result:
    """What a function of a module gives in a process that has done nothing before."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)
