"""The scenario `economy` in short form: few calls where there is much to do, and no wait where there is little (G6)."""

import pytest

from tools.simulation.economy import Economy
from tools.simulation.run import run
from tools.simulation.trouble import RATES


@pytest.mark.parametrize("seed", range(3))
def test_g6_updates_within_a_minute_cost_few_calls_and_a_quiet_project_is_quick(seed: int) -> None:
    result = run(seed, Economy(customers=100, commands=10), RATES["none"])
    assert result.violations == []
    assert result.counts["calls"] <= 150
    assert result.counts["slowest_ms"] <= 2_000
