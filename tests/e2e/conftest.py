"""A hub for every test."""

import os
from collections.abc import Iterator
from unittest import mock

import pytest

from tests.e2e.clouds import Clouds
from tests.e2e.hub import Hub

USUAL_TIME_SCALE = 10


@pytest.fixture(scope="package")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    """Ends with the last of these tests; what they set in this process's environment is undone."""
    clouds = Clouds(lambda: tmp_path_factory.mktemp("local"))
    with mock.patch.dict(os.environ):
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
