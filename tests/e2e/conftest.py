"""A hub for every test."""

from collections.abc import Iterator

import pytest

from tests.e2e.clouds import Clouds
from tests.e2e.hub import Hub

USUAL_TIME_SCALE = 10


@pytest.fixture(scope="session")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    clouds = Clouds(lambda: tmp_path_factory.mktemp("local"))
    yield clouds
    clouds.stop()


@pytest.fixture(scope="module")
def hub(request: pytest.FixtureRequest, clouds: Clouds) -> Hub:
    """A clock that runs ten times as fast, unless the module has a TIME_SCALE of its own."""
    return clouds.at(getattr(request.module, "TIME_SCALE", USUAL_TIME_SCALE))


@pytest.fixture(autouse=True)
def _nothing_left_over(hub: Hub) -> Iterator[None]:
    """Every test begins with a hub that has nothing to do."""
    yield
    hub.wait_until_quiet()
