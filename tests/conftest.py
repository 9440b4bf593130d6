"""Sockets: none, except to this machine in the folders whose tests run real processes and servers.

Time is never judged.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

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
    """Mark the tests of these folders: `make unit` leaves them out, and pytest-socket lets them reach loopback."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in FOLDERS_WITH_SOCKETS:
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost", *DOCKER]))


class Scheduler(LoadScopeScheduling):
    """Gives each test to whichever process is free, and folders of one process to one as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        folder = Path(nodeid).parts[1]
        return folder if folder in FOLDERS_OF_ONE_PROCESS else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduler:
    """How pytest-xdist divides the tests, if it is asked to."""
    return Scheduler(config, log)


@pytest.fixture
def world() -> Iterator[World]:
    """A stack in memory, whose clock stands still."""
    world = World()
    with clock.use(world.clock):
        yield world
