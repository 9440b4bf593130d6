"""Two pieces of work side by side."""

import pytest

from tools.bench import measuring
from tools.bench.measuring import side_by_side
from tools.bench.row import Spread

MS = 1_000_000


def test_each_round_compares_what_was_done_just_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work itself moves the clock here: the machine slows down, and the ratio stays."""
    now, slowness = 0, 1
    done = []

    def work(name: str, milliseconds: int) -> None:
        nonlocal now
        now += milliseconds * slowness * MS
        done.append(name)

    def floor() -> None:
        nonlocal slowness
        work("floor", 2)
        slowness += 1

    monkeypatch.setattr(measuring, "process_time_ns", lambda: now)
    compared = side_by_side(lambda: work("ours", 3), floor, rounds=3, times=1)
    assert done == ["ours", "floor"] * 4
    assert compared.spread() == Spread(9.0, 6.0, 12.0)
    assert compared.beside("floor").ratio == Spread.of([1.5])
