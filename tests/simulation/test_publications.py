"""The scenario `publications` in short form; `make simulate` plays it in full."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.simulation.publications import Publications
from tools.simulation.run import run
from tools.simulation.trouble import RATES

SIZE = Publications(customers=4, commands=3)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from(sorted(RATES)))
def test_g4_no_reply_has_another_customers_code_and_no_occasion_two(seed: int, rates: str) -> None:
    assert run(seed, SIZE, RATES[rates]).violations == []


@pytest.mark.parametrize("seed", range(5))
def test_every_call_gets_its_code_at_last(seed: int) -> None:
    result = run(seed, SIZE, RATES["usual"])
    assert result.counts["commands"] >= SIZE.customers * SIZE.commands
