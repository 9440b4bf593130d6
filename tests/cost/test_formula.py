"""The formula's rules, apart from any figure of its data."""

import pytest

from tools.cost import formula
from tools.cost.data import counted, prices
from tools.cost.formula import dollars
from tools.cost.idle import idle
from tools.local import ROOT
from tools.local.template import Template

WORK = counted()


def cost(usage: formula.Usage) -> float:
    return sum(dollars(usage, prices()).values())


def test_a_batch_is_what_a_busy_second_brings() -> None:
    assert formula.batch(1) == 1
    assert formula.batch(10 * formula.SECONDS * formula.BUSY) == pytest.approx(10)
    assert formula.batch(1e12) == formula.LARGEST_BATCH


def test_an_update_takes_a_request_a_message_its_receipt_and_its_share_of_a_batch() -> None:
    usage = formula.updates(1, 1, WORK)
    assert usage["api_requests"] == usage["sqs_fair"] == 1
    assert usage["sqs_requests"] == 3
    assert usage["lambda_requests"] == 2
    assert usage["dynamodb_writes"] == WORK["20 updates"].writes / 20


def test_many_in_a_request_cost_less_than_one_by_one() -> None:
    assert cost(formula.updates(1e7, 1_000, WORK)) < cost(formula.updates(1e7, 1, WORK))


def test_each_further_cdp_costs_a_message_and_a_delivery() -> None:
    one, two = formula.outbound(100, WORK), formula.outbound(100, WORK, cdps=2)
    assert two["sqs_requests"] - one["sqs_requests"] == 300
    assert two["api_requests"] == one["api_requests"]


def test_idle_is_counted_from_the_template() -> None:
    usage = idle(Template(ROOT / "template.yaml", {"Cluster": "us"}), WORK)
    assert usage["dashboards"] == 1
    assert usage["alarm_metrics"] > 30
    assert usage["sqs_requests"] == 8 * 5 * formula.SECONDS / 20
