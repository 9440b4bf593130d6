"""The scenario `backfill` in short form: behind what is live, interrupted, complete, in few calls (G1, G2, G6)."""

import pytest

from tools.simulation.backfilling import Backfilling
from tools.simulation.run import run
from tools.simulation.trouble import RATES


def test_g6_customers_take_a_call_a_thousand() -> None:
    result = run(0, Backfilling(customers=2_500, commands=1), RATES["none"])
    assert result.violations == []
    assert result.counts["kills"] > 0
    assert result.counts["calls"] <= 3


@pytest.mark.parametrize("seed", range(4))
def test_g1_g2_nothing_is_lost_and_nothing_live_is_overwritten_whatever_happens(seed: int) -> None:
    assert run(seed, Backfilling(customers=60, commands=2), RATES["usual"]).violations == []
