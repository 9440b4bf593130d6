"""`make faults` in short: everything fails at once, and the guarantees hold (G1 to G7)."""

from tests.e2e.hub import Hub
from tests.faults.run import Runner
from tests.faults.verdict import violations

SEED = 1


def test_the_guarantees_hold_while_everything_fails(hub: Hub) -> None:
    run = Runner(hub, seed=SEED, commands=150, events=40, say=print).run()
    assert {name: wrong for name, wrong in violations(run) if wrong} == {}
