"""One connection to mParticle."""

import pytest

from tests.fakes import World
from tests.mparticle.sender import MParticle


@pytest.fixture
def mparticle(world: World) -> MParticle:
    return MParticle(world)
