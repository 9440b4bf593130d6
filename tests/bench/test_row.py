"""When a row of the benchmark meets its budget."""

from tools.bench.row import Floor, Row, Spread, counted

OURS = Spread.of([3.0, 1.0, 2.0])


def test_a_spread_has_the_median_the_least_and_the_most() -> None:
    assert Spread(2.0, 1.0, 3.0) == OURS


def test_a_budget_is_about_the_median() -> None:
    assert Row("work", "ms", OURS, budget=2.0).met
    assert not Row("work", "ms", OURS, budget=1.9).met


def test_a_budget_may_be_about_the_ratio_to_the_floor() -> None:
    floor = Floor("the least", Spread.of([1.0]), Spread.of([1.5]))
    assert Row("work", "ms", OURS, floor, budget=1.5, of_ratio=True).met
    assert not Row("work", "ms", OURS, floor, budget=1.4, of_ratio=True).met


def test_nothing_is_met_or_missed_without_a_budget() -> None:
    assert counted("calls", "calls", 3).met is None
