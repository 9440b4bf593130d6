"""Whether a command costs more CPU where more commands wait."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cdphub.profile import load_profiles
from tools.bench.fresh import fresh
from tools.bench.miniature import Miniature
from tools.bench.row import Floor, Row, Spread
from tools.bench.senders import segment
from tools.hubctl import FUNCTIONS
from tools.hubctl.dry.run import parsed

SIZES = (1_000, 10_000, 100_000)
QUICK_SIZES = (500, 2_000)
A_SECOND = 100
CALLS_A_MINUTE = 100
UPDATES_EACH = 10


def measure(quick: bool) -> list[Row]:
    """Sizes up to 10^5, each in a process of its own, against the smallest."""
    sizes = QUICK_SIZES if quick else SIZES
    taken = [fresh(milliseconds_each, size) for size in sizes]
    return [_row(size, one, sizes[0], taken[0]) for size, one in zip(sizes, taken, strict=True)]


def _row(commands: int, milliseconds: float, fewest: int, at_fewest: float) -> Row:
    name = f"apply and sweep, CPU of a command, {commands:,} commands"
    floor = Floor(f"the same with {fewest:,}", Spread.of([at_fewest]), Spread.of([milliseconds / at_fewest]))
    note = f"{A_SECOND} updates a second, {CALLS_A_MINUTE} calls a minute, until all is applied"
    return Row(name, "ms", Spread.of([milliseconds]), floor, note=note)


def milliseconds_each(commands: int) -> float:
    """CPU of the workers alone: what stands for AWS and Voucherify, the senders and the collector are left out."""
    small = Miniature(CALLS_A_MINUTE)
    connection, profile = small.connect("segment"), load_profiles(FUNCTIONS)["segment"]
    customers = commands // UPDATES_EACH
    seconds = 0.0
    with small.playing(), _no_collection():
        for begin in range(0, commands, A_SECOND):
            names = [f"customer-{number % customers}" for number in range(begin, begin + A_SECOND)]
            for request in segment(names, begin):
                small.accept(parsed(profile, connection, request).commands)
            seconds += _taken(small)
        while small.is_waiting():
            seconds += _taken(small)
    return 1_000 * seconds / commands


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python's collector would look through the tables too, which are in this process."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _taken(small: Miniature) -> float:
    """CPU seconds of the workers in one second of the hub's time."""
    began = time.process_time() - small.doors.seconds
    small.work()
    return time.process_time() - small.doors.seconds - began
