"""A backfill lets everything else of its project go first (G5, G6)."""

from collections.abc import Callable

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Project
from cdphub.outbox import job
from cdphub.outbox.job import Job
from cdphub.outbox.row import Row, dump, partition
from cdphub.pauses import PROJECTS, Pauses
from tests.builders import START, upsert
from tests.fakes import PROJECT, World
from tests.hubctl.backfilling import SALT
from tools.hubctl.backfill_gate import Gate
from voucherify.budget import Budget

SHOP = Project(id=PROJECT, name=PROJECT, api_url="https://api.voucherify.io")
ADA = partition(PROJECT, SALT, "ada@crm")
JOB = job.key("1")


class OthersFirstError(Exception):
    """Raised instead of waiting."""


def gate(world: World) -> Gate:
    def waiting(reason: str) -> None:
        raise OthersFirstError(reason)

    return Gate(world.hub, SHOP, waiting)


def let_wait(world: World, due_ms: int) -> None:
    row = Row(source_id="ada@crm", due=due_ms)
    assert world.hub.store.outbox.write_customer(ADA, dump(ADA, row, 0))


def begin_job(world: World) -> None:
    one = Job(project=PROJECT, created=START, customers=[ADA])
    assert world.hub.store.outbox.create_job(JOB, job.dump(one, START + 5 * MINUTE))


def pause(world: World) -> None:
    Pauses(world.hub.store.state, PROJECTS).throttle(PROJECT, MINUTE)


@pytest.mark.parametrize(
    ("hinder", "reason"),
    [(begin_job, "bulk call"), (pause, "paused"), (lambda world: let_wait(world, START), "others")],
)
def test_g6_it_waits(world: World, hinder: Callable[[World], None], reason: str) -> None:
    hinder(world)
    with pytest.raises(OthersFirstError, match=reason):
        gate(world).wait()


def test_g6_it_waits_while_the_calls_are_needed_elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "eager", lambda *_: False)
    with pytest.raises(OthersFirstError, match="needed elsewhere"):
        gate(world).wait()


def test_g5_a_customer_in_trouble_holds_nothing_up(world: World) -> None:
    let_wait(world, START + SECOND)
    gate(world).wait()


def test_it_goes_on_by_itself_and_has_seen_the_job(world: World) -> None:
    begin_job(world)
    patient = Gate(world.hub, SHOP, lambda _: world.hub.store.outbox.delete_job(JOB))
    patient.wait()
    assert patient.seen == {JOB}


def test_g1_it_waits_until_the_worker_has_a_chunk_but_not_for_ever(world: World) -> None:
    command = upsert(1, name="Ada")
    patient = Gate(world.hub, SHOP, lambda _: None)
    patient.wait_for(command)
    assert world.clock.now >= START + 30 * MINUTE
    before = world.clock.now
    assert world.hub.store.outbox.write_customer(ADA, dump(ADA, Row(applied={"name": command.order}), 0))
    patient.wait_for(command)
    assert world.clock.now == before
