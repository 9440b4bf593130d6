"""How fast a connection publishes, and with how few writes."""

from typing import Any

import pytest

from cdphub import clock
from cdphub.clock import MINUTE, SECOND
from publications.throttle import Throttle
from tests.fakes import World
from tests.publications.bench import ANA, Bench


@pytest.fixture
def writes(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the records that were written."""
    found: list[str] = []
    for name in ("create", "replace"):
        inner = getattr(world.hub.store.state, name)

        def write(key: str, *args: Any, inner: Any = inner) -> Any:
            found.append(key)
            return inner(key, *args)

        monkeypatch.setattr(world.hub.store.state, name, write)
    return found


def test_g6_instances_together_keep_to_the_number_of_a_minute(world: World, writes: list[str]) -> None:
    connection = world.add_connection()
    throttles = [Throttle(world.hub.store) for _ in range(3)]
    end = clock.now_ms()
    taken = sum(throttle.wait(connection, 1_000, end) == 0 for _ in range(1_000) for throttle in throttles)
    assert 990 < taken <= 1_000
    assert len(writes) < 60
    world.pass_time(MINUTE)
    assert throttles[0].wait(connection, 1_000, end) == 0


def test_without_a_number_nothing_is_counted(world: World, writes: list[str]) -> None:
    throttle = Throttle(world.hub.store)
    assert all(throttle.wait(world.add_connection(), None, 0) == 0 for _ in range(1_000))
    assert writes == []


def test_the_next_minute_is_waited_for_if_there_is_time(world: World) -> None:
    world.clock.now += MINUTE - world.clock.now % MINUTE - 3 * SECOND
    bench = Bench(world, "iterable", publications_per_minute=1)
    bench.code()
    assert bench.code(source_id="2")
    assert clock.now_ms() % MINUTE == 0
    refused = bench.post({**ANA, "source_id": "3"})
    assert (refused["statusCode"], refused["headers"]["retry-after"]) == (503, "60")
    assert bench.posts() == 2


def test_a_repeat_of_a_known_code_is_not_throttled(world: World) -> None:
    bench = Bench(world, "braze", publications_per_minute=1)
    first = bench.code()
    assert bench.post({**ANA, "source_id": "2"})["statusCode"] == 503
    assert bench.code() == first


def test_g5_one_connections_number_is_not_anothers(world: World) -> None:
    throttle, end = Throttle(world.hub.store), clock.now_ms()
    assert throttle.wait(world.add_connection("a"), 1, end) == 0
    assert throttle.wait(world.add_connection("a"), 1, end) > 0
    assert throttle.wait(world.add_connection("b"), 1, end) == 0
