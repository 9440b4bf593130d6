"""G6: the rest of the hub knows what publications and lookups have spent of a billing cycle."""

from typing import Any

import pytest

from cdphub.aws import AwsError
from cdphub.connections import Project
from cdphub.voucherify.shared_calls import SharedCalls
from publications.spent import MOST_UNTOLD
from tests.fakes import PROJECT, World
from tests.publications.bench import Bench


def bench_with(world: World, cycle_quota: int | None) -> tuple[Bench, Project]:
    project = Project(id=PROJECT, name=PROJECT, api_url="https://api.voucherify.io", cycle_quota=cycle_quota)
    world.hub.store.connections.put_project(PROJECT, project.model_dump_json())
    return Bench(world), project


def counted(world: World, project: Project) -> int:
    """As a worker that has just started sees it."""
    return SharedCalls(world.hub.store).known(project).cycle_taken


def test_g6_the_calls_of_a_cycle_are_counted_and_with_few_writes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, project = bench_with(world, 100_000)
    writes: list[str] = []
    replace = world.hub.store.state.replace

    def written(key: str, *args: Any) -> bool:
        writes.append(key)
        return replace(key, *args)

    monkeypatch.setattr(world.hub.store.state, "replace", written)
    for number in range(200):
        bench.code(source_id=str(number))
        bench.qualify({"customer": str(number)})
        assert 0 <= len(bench.log) - counted(world, project) < MOST_UNTOLD
    assert len(bench.log) == 400
    assert writes.count(f"calls#{PROJECT}") < 20


def test_g6_an_operator_hears_that_most_of_a_cycle_is_spent(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    bench, _ = bench_with(world, 10)
    for number in range(8):
        bench.qualify({"customer": str(number)})
    assert '"CycleMostlySpent":[1.0]' in capsys.readouterr().out


def test_repeats_are_no_calls(world: World) -> None:
    bench, project = bench_with(world, 100)
    assert [bench.code() for _ in range(5)] == [bench.code()] * 5
    assert counted(world, project) == 1


def test_without_a_quota_nothing_is_written(world: World) -> None:
    bench, _ = bench_with(world, None)
    bench.code()
    assert world.hub.store.state.read(f"calls#{PROJECT}", world.clock.now) is None


def test_a_code_is_given_though_its_call_cannot_be_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, _ = bench_with(world, 100)

    def fail(*_: Any) -> None:
        raise AwsError("DynamoDB: down")

    monkeypatch.setattr(SharedCalls, "change", fail)
    assert bench.code()
