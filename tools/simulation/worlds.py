"""Many worlds, on as many cores as there are."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WIDTH = 110

console = Console(width=WIDTH, highlight=False)
"""For reports, which read the same wherever they are shown."""

_Result = TypeVar("_Result")


def cores() -> int:
    """How many there are."""
    return os.cpu_count() or 1


def play_all(plays: Sequence[Callable[[], _Result]], processes: int) -> Iterator[_Result]:
    """What came of each, whichever is first; shows how many are done. A play must be picklable."""
    columns = (TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
        ProcessPoolExecutor(processes, get_context("spawn")) as pool,
    ):
        task = progress.add_task("worlds", total=len(plays))
        for done in as_completed([pool.submit(play) for play in plays]):
            yield done.result()
            progress.advance(task)
