"""What updates cost in calls to Voucherify: the benchmark's rows that are the same on every machine (G6)."""

import pytest

from tools.bench.calls import BATCH, IN_ALL, WRITING, spent
from tools.bench.senders import SENDERS


def test_g6_a_batch_of_1000_customers_keeps_its_budget() -> None:
    calls = spent("bloomreach", BATCH)
    assert calls.total() - calls["GET"] <= WRITING
    assert calls.total() <= IN_ALL


@pytest.mark.parametrize("cdp", SENDERS)
def test_g6_what_comes_together_goes_together(cdp: str) -> None:
    assert spent(cdp, 100).total() <= BATCH * 0.03


def test_g6_a_customer_alone_costs_a_call_and_no_more() -> None:
    calls = spent("segment", 1)
    assert calls.total() - calls["GET"] == BATCH
    assert calls["GET"] < BATCH / 100
