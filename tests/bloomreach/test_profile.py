"""Bloomreach's README has every route, and a list of event types to permit."""

from pathlib import Path

import pytest

from bloomreach.profile import PROFILE
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import Route

FUNCTIONS = Path(__file__).parents[2] / "functions"
README = (FUNCTIONS / "bloomreach" / "README.md").read_text()


@pytest.mark.parametrize("route", PROFILE.routes, ids=str)
def test_the_readme_has_every_route(route: Route) -> None:
    assert f"`{route.path}`" in README


def test_the_readme_lists_the_event_types_to_permit() -> None:
    listed = README.partition("```text")[2].partition("```")[0].split()
    assert listed == [PROFILE.event_name(event) for event in CUSTOMER_EVENTS]
