"""Bloomreach's README has every route."""

from pathlib import Path

import pytest

from bloomreach.profile import PROFILE
from cdphub.profile import Route

FUNCTIONS = Path(__file__).parents[2] / "functions"
README = (FUNCTIONS / "bloomreach" / "README.md").read_text()


@pytest.mark.parametrize("route", PROFILE.routes, ids=str)
def test_the_readme_has_every_route(route: Route) -> None:
    assert f"`{route.path}`" in README
