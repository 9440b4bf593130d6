"""The scenarios `isolation` and `neighbours` in short form; docs/testing.md has the commands for the full one."""

import pytest

from tools.simulation.isolation import Isolation, Neighbours
from tools.simulation.run import Scenario, run
from tools.simulation.trouble import RATES

SIZE = (4, 12)


@pytest.mark.parametrize("scenario", [Isolation(*SIZE), Neighbours(*SIZE)])
def test_g5_no_event_is_later_for_a_dead_cdp_or_neighbour(scenario: Scenario) -> None:
    assert run(0, scenario, RATES["none"]).violations == []
