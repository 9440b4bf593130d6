"""How rows read."""

import pytest

from tools.bench.row import Floor, Row, Spread, counted
from tools.bench.shown import cells, number

FLOOR = Floor("the least", Spread.of([2.0]), Spread.of([1.5, 1.0, 2.0]))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0312, "0.031"), (0.1, "0.10"), (1.256, "1.26"), (12.34, "12.3"), (123.4, "123"), (10_000, "10,000")],
)
def test_a_number_has_the_digits_that_matter(value: float, text: str) -> None:
    assert number(value) == text


def test_a_row_with_a_floor_has_the_ratio_and_its_budget_is_one() -> None:
    row = Row("work", "ms", Spread.of([3.0, 1.0, 2.0]), FLOOR, budget=1.25, of_ratio=True)
    assert cells(row) == ("work", "ms", "2 (1 to 3)", "2", "1.50 (1 to 2)", "1.25 x", "no, 20% over")


def test_what_was_counted_has_one_number() -> None:
    assert cells(counted("calls", "calls", 12, budget=25)) == ("calls", "calls", "12", "", "", "25", "yes")
