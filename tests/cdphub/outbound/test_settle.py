"""Whatever comes of a delivery, it ends in one place (G1)."""

from itertools import product

import pytest

from cdphub.clock import HOUR, MINUTE
from cdphub.failures import FailureClass
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.outcome import DONE, NO_TIME, Outcome
from cdphub.outbound.rounds import Item
from cdphub.outbound.settle import Settler
from cdphub.pauses import Pause
from cdphub.store.backlog import DEAD, PARKED
from tests.builders import START
from tests.cdphub.outbound.stack import Stack, delivery
from tests.fakes import World

OUTCOMES = [
    DONE,
    NO_TIME,
    *(Outcome(failure, "why", tried=tried) for failure, tried in product(FailureClass, (True, False))),
]
PAUSES = [
    None,
    Pause(reason="auth"),
    Pause(reason="outage"),
    Pause(reason="throttle", until=START + MINUTE),
    Pause(reason="throttle", until=START - MINUTE),
]
AGES = [None, START, START - 23 * HOUR, START - 25 * HOUR]


@pytest.mark.parametrize("pause", PAUSES, ids=str)
@pytest.mark.parametrize("outcome", OUTCOMES, ids=str)
@pytest.mark.parametrize("broken", [False, True], ids=["", "queue broken"])
def test_g1_every_delivery_ends_in_one_place(
    world: World, outcome: Outcome, pause: Pause | None, *, broken: bool
) -> None:
    stack = Stack(world)
    world.queues.broken = broken
    items = [Item(f"t{number}", delivery(number, attempts=3, first_ms=age)) for number, age in enumerate(AGES)]
    failed = Settler("segment", world.hub).settle([(item, outcome) for item in items], pause)
    dead = [Delivery.model_validate(letter["payload"]) for letter in stack.rows(DEAD)]
    kept = [*stack.parked(), *(again for again, _ in stack.again()), *dead]
    expected = [] if outcome == DONE else [item.message_id for item in items]
    assert sorted([*failed, *(each.trace_id for each in kept)]) == expected
    assert not failed or broken


@pytest.mark.parametrize("prefix", [DEAD, PARKED])
def test_g7_the_backlog_has_whom_it_is_about(world: World, prefix: str) -> None:
    stack = Stack(world)
    failure = FailureClass.INVALID if prefix == DEAD else FailureClass.AUTH
    Settler("segment", world.hub).settle([(Item("t1", delivery(1)), Outcome(failure))], Pause(reason="auth"))
    [row] = stack.world.hub.store.backlog.list("segment", prefix)
    assert row.customer == delivery(1).customer
