"""Rows as text."""

from tools.bench.row import Row, Spread

HEADER = ("", "unit", "hub", "floor", "ratio", "budget", "met")


def cells(row: Row) -> tuple[str, ...]:
    """A row's texts, in the order of HEADER."""
    floor, ratio = (number(row.floor.value.median), spread(row.floor.ratio)) if row.floor else ("", "")
    return (row.name, row.unit, spread(row.ours), floor, ratio, budget(row), met(row))


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


def budget(row: Row) -> str:
    """The most that it may be; nothing without a budget."""
    return "" if row.budget is None else _as_judged(row, row.budget)


def judged(row: Row) -> str:
    """What is compared with the budget."""
    return _as_judged(row, row.judged)


def met(row: Row) -> str:
    """Whether the budget is met, or by how much not; nothing without a budget."""
    if row.budget is None:
        return ""
    return "yes" if row.met else f"no, {row.judged / row.budget - 1:.0%} over"


def _as_judged(row: Row, value: float) -> str:
    return f"{number(value)} x" if row.of_ratio else number(value)
