"""What several tests of the common layer need."""

from collections.abc import Iterator

import pytest

from cdphub import clock
from tests.fakes import FakeClock


@pytest.fixture
def time() -> Iterator[FakeClock]:
    """The hub's clock, standing still."""
    with clock.use(fake := FakeClock()):
        yield fake
