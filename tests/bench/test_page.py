"""docs/performance.md and the README have what `make bench` has measured."""

import pytest

from tools.bench.apart import MODULES
from tools.bench.page import BUDGETS, MACHINE, PAGE, README, filled, part, tables
from tools.bench.row import Floor, Row, Spread, counted

FLOOR = Floor("the least", Spread.of([2.0]), Spread.of([1.5]))


@pytest.mark.parametrize("name", [BUDGETS, MACHINE, *MODULES])
def test_the_page_has_a_place_for_what_is_measured(name: str) -> None:
    assert part(PAGE.read_text(), name)


def test_the_readme_has_the_budgets_of_the_page() -> None:
    assert part(README.read_text(), BUDGETS) == part(PAGE.read_text(), BUDGETS)


def test_a_part_is_replaced_and_nothing_else() -> None:
    page = "a\n<!-- one -->\nold\n<!-- end of one -->\nb\n<!-- two -->\nkept\n<!-- end of two -->\n"
    assert filled(page, {"one": "new"}) == page.replace("old", "new")


def test_a_part_without_a_place_is_an_error() -> None:
    with pytest.raises(ValueError, match="not found"):
        filled("a page", {"one": "new"})


def test_the_budgets_show_the_row_that_misses_by_most() -> None:
    rows = [
        Row("fast", "ms", Spread.of([1.0]), budget=2.0),
        Row("slow", "ms", Spread.of([3.0]), budget=2.0),
        Row("started", "ms", Spread.of([3.0]), FLOOR, budget=1.5, of_ratio=True),
        counted("free", "calls", 3),
    ]
    assert tables({"one": rows})[BUDGETS].splitlines()[2:] == [
        "| slow, ms | 3 | 2 | no, 50% over |",
        "| started, times the floor | 1.50 x | 1.50 x | yes |",
    ]
    assert tables({"one": rows[2:3]})["one"].splitlines() == [
        "|  | unit | hub | floor | ratio | budget | met |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| started | ms | 3 | 2 | 1.50 | 1.50 x | yes |",
        "",
        "Floor: the least.",
    ]
