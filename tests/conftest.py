"""Sockets: none, except to this machine in the folders whose tests run real processes and servers.

Time is never judged.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cdphub import clock
from tests.fakes import World

TESTS = Path(__file__).parent
FOLDERS_WITH_SOCKETS = {"integration", "local", "e2e", "sam_local", "rehearsal"}
FOLDERS_OF_ONE_PROCESS = {"e2e", "sam_local", "rehearsal"}
"""Their tests share what they have started, and each other's load would be in their way."""

DOCKER = ["172.17.0.1"]
"""Where containers find this machine, unless Docker is set up otherwise."""

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of these folders.

    `make unit` leaves them out, pytest-socket lets them reach loopback, pytest-xdist keeps some together.
    """
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in FOLDERS_WITH_SOCKETS:
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost", *DOCKER]))
        if folder in FOLDERS_OF_ONE_PROCESS:
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture
def world() -> Iterator[World]:
    """A stack in memory, whose clock stands still."""
    world = World()
    with clock.use(world.clock):
        yield world
