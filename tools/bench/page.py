"""The tables of docs/performance.md and of the README, each between two comments that name it; the rest is written."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from tools.bench.row import Row
from tools.bench.shown import HEADER, budget, cells, judged, met
from tools.local import ROOT

PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"
BUDGETS = "budgets"
MACHINE = "machine"

Measured = Mapping[str, Sequence[Row]]
"""Rows by the module of tools/bench that has measured them."""


def write(measured: Measured) -> None:
    """Puts what was measured into both pages."""
    found = tables(measured)
    _fill(PAGE, found | {MACHINE: machine()})
    _fill(README, {BUDGETS: found[BUDGETS]})


def tables(measured: Measured) -> dict[str, str]:
    """The table of each module, and that of the budgets."""
    return {name: "\n".join(_table(rows)) for name, rows in measured.items()} | {BUDGETS: "\n".join(_summary(measured))}


def part(page: str, name: str) -> str:
    """What stands between the two comments; raises ValueError if they are not there."""
    begin, end = _place(page, name)
    return page[begin:end]


def filled(page: str, parts: Mapping[str, str]) -> str:
    """The page with new parts; raises ValueError for one that it has no place for."""
    for name, text in parts.items():
        begin, end = _place(page, name)
        page = page[:begin] + text + page[end:]
    return page


def _place(page: str, name: str) -> tuple[int, int]:
    first = f"<!-- {name} -->\n"
    begin = page.index(first) + len(first)
    return begin, page.index(f"\n<!-- end of {name} -->", begin)


def machine() -> str:
    """What the figures were measured on."""
    system = f"{platform.system()} on {platform.machine()}"
    return f"{os.cpu_count()} processors, {system}, {platform.python_implementation()} {platform.python_version()}."


def _summary(measured: Measured) -> Iterator[str]:
    """Of each budget the row that comes nearest to it, or misses it by most."""
    yield from _head(("budget", "hub", "at most", "met"))
    for rows in measured.values():
        limited = [row for row in rows if row.budget is not None]
        for _, same in groupby(limited, key=lambda row: (row.budget, row.of_ratio, row.unit)):
            row = max(same, key=lambda row: row.judged)
            yield _line((f"{row.name}, {_unit(row)}", judged(row), budget(row), met(row)))


def _unit(row: Row) -> str:
    return "times the floor" if row.of_ratio else row.unit


def _table(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        yield "Not measured in this run."
        return
    header = (*HEADER, "")
    shown = [(*cells(row), row.note) for row in rows]
    used = [index for index in range(len(header)) if index == 0 or any(line[index] for line in shown)]
    yield from _head([header[index] for index in used])
    for line in shown:
        yield _line([line[index] for index in used])
    floors = sorted({row.floor.name for row in rows if row.floor})
    if floors:
        yield f"\nFloor: {'; '.join(floors)}."


def _head(header: Sequence[str]) -> Iterator[str]:
    yield _line(header)
    yield _line(["---", *("---:" if name else "---" for name in header[1:])])


def _line(texts: Sequence[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _fill(path: Path, parts: Mapping[str, str]) -> None:
    path.write_text(filled(path.read_text(), parts))
