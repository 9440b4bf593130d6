"""Rows as text."""

from tools.bench.row import Row, Spread

HEADER = ("", "unit", "hub", "floor", "ratio", "budget", "met")


def cells(row: Row) -> tuple[str, ...]:
    """A row's texts, in the order of HEADER."""
    floor, ratio = (number(row.floor.value.median), spread(row.floor.ratio)) if row.floor else ("", "")
    return (row.name, row.unit, spread(row.ours), floor, ratio, _budget(row), _met(row))


def spread(values: Spread) -> str:
    """The median, and the least and the most where they differ from it."""
    if values.least == values.most:
        return number(values.median)
    return f"{number(values.median)} ({number(values.least)} to {number(values.most)})"


def number(value: float) -> str:
    """Three digits that matter, or all of a whole number."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _budget(row: Row) -> str:
    if row.budget is None:
        return ""
    return f"{number(row.budget)} x" if row.of_ratio else number(row.budget)


def _met(row: Row) -> str:
    return {None: "", True: "yes", False: "no"}[row.met]
