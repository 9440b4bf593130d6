"""Turns on the virtual clock."""

from random import Random

import pytest

from tools.simulation.scheduler import Killed, Process, Scheduler
from tools.simulation.threads import SimulatedThreads


def scheduler() -> Scheduler:
    return Scheduler(Random(1), start_ms=0)


def play(world: Scheduler) -> None:
    world.run(until=lambda: False)


def test_tasks_take_turns_by_time() -> None:
    world, seen = scheduler(), list[tuple[str, int]]()

    def worker(name: str, wait_ms: int) -> None:
        for _ in range(2):
            world.step(wait_ms)
            seen.append((name, world.now_ms))

    world.start(Process("a"), lambda: worker("a", 10))
    world.start(Process("b"), lambda: worker("b", 15))
    world.at(12, lambda: seen.append(("event", world.now_ms)))
    play(world)
    assert seen == [("a", 10), ("event", 12), ("b", 15), ("a", 20), ("b", 30)]


def test_a_killed_process_cannot_tidy_up() -> None:
    world, process, seen = scheduler(), Process("a"), list[str]()

    def worker() -> None:
        try:
            world.step(100)
            seen.append("went on")
        finally:
            seen.append("found out")
            world.step(0)
            seen.append("tidied up")

    task = world.start(process, worker)
    world.at(50, lambda: world.kill(process))
    play(world)
    assert seen == ["found out"]
    assert isinstance(task.error, Killed)


def test_what_runs_at_the_end_is_killed() -> None:
    world = scheduler()
    task = world.start(Process("a"), lambda: world.step(10_000))
    world.run(until=lambda: True)
    assert isinstance(task.error, Killed)


def test_an_error_in_an_event_ends_the_run() -> None:
    world = scheduler()
    world.start(Process("a"), lambda: world.step(100))
    world.at(1, lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        play(world)


def test_threads_work_side_by_side_and_give_results_in_order() -> None:
    world, results = scheduler(), list[int]()
    threads = SimulatedThreads(world)

    def wait(milliseconds: int) -> int:
        world.step(milliseconds)
        return milliseconds

    world.start(Process("a"), lambda: results.extend(threads(wait, [30, 10, 20])))
    play(world)
    assert results == [30, 10, 20]
    assert world.now_ms == 30


def test_threads_raise_what_one_raised_when_all_have_ended() -> None:
    world, ended = scheduler(), list[int]()
    threads = SimulatedThreads(world)

    def work(number: int) -> None:
        if number == 1:
            raise ValueError(number)
        world.step(10)
        ended.append(number)

    task = world.start(Process("a"), lambda: threads(work, [1, 2, 3]))
    play(world)
    assert isinstance(task.error, ValueError)
    assert sorted(ended) == [2, 3]
