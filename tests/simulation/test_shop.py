"""The scenario `shop` in short form: the shop keeps its part of the calls whatever goes wrong with the hub (G6)."""

import pytest

from tools.simulation.run import run
from tools.simulation.shop import Shop
from tools.simulation.trouble import RATES


@pytest.mark.parametrize(("faults", "seed"), [("none", 0), ("none", 1), ("slow", 2), ("usual", 3), ("rich", 4)])
def test_g6_the_shop_is_never_refused_while_the_hubs_backlog_drains(faults: str, seed: int) -> None:
    scenario = Shop(customers=200, commands=2)
    result = run(seed, scenario, RATES[faults])
    assert result.violations == []
    assert result.counts["commands"] == 440
    assert result.counts["shop_calls"] > 0
