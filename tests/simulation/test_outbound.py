"""The scenario `outbound` in short form; `python -m tools.simulation --scenario outbound` plays it in full."""

import pytest

from cdphub.outbound.events import CUSTOMER_EVENTS
from tools.simulation.outbound import Outbound
from tools.simulation.run import run
from tools.simulation.trouble import RATES

SIZE = Outbound(customers=1, commands=len(CUSTOMER_EVENTS))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rates", ["usual", "rich", "waves"])
def test_g1_g3_hold_whatever_goes_wrong(rates: str, seed: int) -> None:
    assert run(seed, SIZE, RATES[rates]).violations == []


def test_g3_nothing_comes_twice_while_nothing_goes_wrong() -> None:
    result = run(0, SIZE, RATES["none"])
    assert result.violations == []
    assert result.counts["repeats"] == 0
    assert result.counts["commands"] > SIZE.customers * SIZE.commands
