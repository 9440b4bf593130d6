"""Apply and sweep, ready to be used."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from cdphub import pool
from tests.fakes import World
from tests.voucherify.bench import Bench


def one_by_one(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """A pool without threads."""
    return [function(item) for item in items]


@pytest.fixture
def bench(world: World) -> Iterator[Bench]:
    with pool.use(one_by_one):
        yield Bench(world)
