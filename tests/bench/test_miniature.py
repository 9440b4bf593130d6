"""The hub in miniature, and what is measured with it."""

import time

from cdphub.profile import load_profiles
from tools.bench.fresh import fresh
from tools.bench.growth import milliseconds_each
from tools.bench.memory import WARM, used
from tools.bench.miniature import Doors, Miniature
from tools.bench.senders import segment
from tools.hubctl import FUNCTIONS
from tools.hubctl.dry.run import parsed


class Busy:
    """Something that takes CPU."""

    def work(self, seconds: float) -> float:
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass
        return seconds


def test_what_is_behind_a_door_is_told_apart() -> None:
    doors = Doors()
    assert doors.through(Busy()).work(seconds=0.01) == 0.01
    assert doors.seconds >= 0.01


def test_updates_are_applied_also_where_few_calls_are_left() -> None:
    small = Miniature(calls_a_minute=10)
    names = [f"customer-{number}" for number in range(30)]
    connection = small.connect("segment")
    with small.playing():
        for name in names:
            [request] = segment([name], 1)
            small.accept(parsed(load_profiles(FUNCTIONS)["segment"], connection, request).commands)
            small.work()
        assert small.is_waiting()
        small.finish()
    assert not small.is_waiting()
    assert small.calls.total() < len(names)


def test_a_command_has_cpu_of_its_own() -> None:
    assert 0 < milliseconds_each(200) < 100


def test_memory_that_is_kept_is_seen() -> None:
    warm, end = fresh(_leaking, 2 * WARM)
    assert end - warm > WARM / 2


def _leaking(batches: int) -> tuple[float, float]:
    kept: list[bytes] = []
    return used(lambda _: kept.append(b"x" * 2**20), batches)
