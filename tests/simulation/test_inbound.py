"""The scenario `inbound` in short form; `make simulate` plays it in full."""

import pytest

from tools.simulation.inbound import Inbound
from tools.simulation.refusals import Refusals
from tools.simulation.run import run
from tools.simulation.trouble import RATES

SIZE = Inbound(customers=5, commands=10)


@pytest.mark.parametrize("seed", range(10))
def test_g1_g2_g3_hold_whatever_goes_wrong(seed: int) -> None:
    result = run(seed, SIZE, RATES["usual"])
    assert result.violations == []
    assert result.counts["commands"] == SIZE.customers * SIZE.commands


@pytest.mark.parametrize("seed", range(5))
def test_g1_each_field_is_applied_superseded_or_dead_where_much_is_refused(seed: int) -> None:
    assert run(seed, Refusals(customers=5, commands=10), RATES["usual"]).violations == []


def test_g3_nothing_comes_twice_or_late_while_nothing_goes_wrong() -> None:
    result = run(0, SIZE, RATES["none"])
    assert result.violations == []
    assert +result.counts == {"commands": SIZE.customers * SIZE.commands}


def test_a_seed_replays_the_same_run() -> None:
    first, second = (run(7, SIZE, RATES["rich"], traced=True) for _ in range(2))
    assert first.trace == second.trace
    assert len(first.trace) > 100
