"""A stack over moto whose work is counted."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cdphub import clock, pool
from cdphub.hub import Hub
from tests.cdphub.backends import moto
from tests.cost.meter import Meter, metered
from tests.fakes import World


@dataclass(frozen=True)
class Plant:
    """A world, and the meter of its tables."""

    world: World
    meter: Meter


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """One thing after the other, since moto is not made for threads."""
    world = World()
    with moto(monkeypatch) as aws, clock.use(world.clock), pool.use(lambda work, items: [work(it) for it in items]):
        world.hub = Hub(aws.store, world.queues, world.secrets)
        world.add_project()
        with metered(monkeypatch) as meter:
            yield Plant(world, meter)
