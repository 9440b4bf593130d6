"""Sweep: whatever is due is found, nothing is forgotten, and nobody waits for another (G1, G5)."""

from typing import Any

import pytest

from cdphub.clock import MINUTE
from cdphub.outbox.erasure import PURGE_MS
from cdphub.outbox.row import Row
from cdphub.outbox.turn import CALL_MS, DOUBT_MS
from cdphub.pauses import PROBE_MS
from tests.builders import START, erase, listed, pending, row, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.crowd import CROWD, jobs, messages, names, upserts
from voucherify.sweep import sweep

WORK = {"fields": {"name": pending(1, "Ada")}}


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"due": START}, True),
        ({"due": START, "lease": "dead", "lease_until": START - DOUBT_MS}, True),
        ({"due": START, "lease": "another", "lease_until": START}, False),
        ({"due": START, "not_before": START + 1}, False),
        ({"due": START + 1}, False),
        ({}, False),
    ],
    ids=["due", "its worker died", "held", "must wait", "not due", "covered by a message"],
)
def test_g1_what_is_due_and_free_is_sent(bench: Bench, parts: dict[str, Any], found: bool) -> None:
    bench.put_row(row(**WORK, **parts))
    bench.sweep()
    assert (bench.profile() is not None) is found
    assert bench.row().has_work() is not found


def test_g1_a_worker_that_dies_at_its_call_is_found_through_its_message(bench: Bench) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    bench.meanwhile(die)
    with pytest.raises(KeyboardInterrupt):
        bench.apply(upsert(1, name="Ada"))
    assert not bench.apply(upsert(1, name="Ada"), receives=2)
    assert bench.calls() == []
    bench.later(MINUTE + DOUBT_MS)
    bench.sweep()
    assert bench.profile()["name"] == "Ada"
    assert not bench.row().has_work()


def test_the_index_is_only_a_hint(bench: Bench) -> None:
    bench.put_row(row(due=START))
    bench.sweep()
    assert bench.calls() == []
    assert bench.row() == row()


def test_g3_an_event_row_that_ended_is_not_sent_again(bench: Bench) -> None:
    bench.apply(track(1, "Bought"))
    bench.put_row(row(events=listed(1, 2), due=START))
    bench.sweep()
    assert bench.events() == ["Bought"]
    assert not bench.row().has_work()


def test_g5_a_customer_that_the_store_cannot_read_delays_no_other(bench: Bench) -> None:
    bench.break_store(bench.pk())
    bench.put_row(row(**WORK, due=START))
    bench.put_row(Row(source_id="bob", **WORK, due=START))
    bench.sweep()
    assert bench.profile("bob")["name"] == "Ada"


def test_g5_a_project_in_trouble_delays_no_other(bench: Bench) -> None:
    bench.world.add_project("another")
    bench.break_store("pause#another")
    bench.put_row(row(**WORK, due=START))
    bench.sweep()
    assert bench.profile()["name"] == "Ada"


def test_g5_projects_take_turns(bench: Bench) -> None:
    bench.world.add_project("another")
    for number in range(5):
        bench.put_row(Row(source_id=f"{PROJECT} {number}", **WORK, due=START))
        bench.put_row(Row(source_id=f"another {number}", **WORK, due=START), "another")
    bench.sweep()
    senders = [body["source_id"].split()[0] for body in bench.bodies()]
    assert senders in (["another", PROJECT] * 5, [PROJECT, "another"] * 5)


def test_g5_projects_for_which_a_sweep_has_no_time_are_the_next_ones(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voucherify.sweep.PROJECTS_TOGETHER", 2)
    others = [f"shop-{number}" for number in range(4)]
    for project in others:
        bench.world.add_project(project)
    for project in (PROJECT, *others):
        bench.put_row(Row(source_id=project, **WORK, due=START), project)

    def swept(chance: float) -> set[str]:
        bench.clock.chance = chance
        for at_call in (lambda: bench.later(MINUTE), lambda: None):  # the last comes first
            bench.meanwhile(at_call)
        bench.sweep()
        return {project for project in (PROJECT, *others) if bench.profile(project)}

    assert swept(0) == {PROJECT, "shop-0"}
    assert swept(0.4) == {PROJECT, "shop-0", "shop-1", "shop-2"}


def test_without_time_for_a_call_everything_is_left_for_the_next_sweep(bench: Bench) -> None:
    bench.put_row(row(**WORK, due=START))
    sweep(bench.worker, bench.clock.now + CALL_MS - 1)
    assert bench.calls() == []
    assert bench.row().lease is None


def test_each_probe_is_another_customers(bench: Bench) -> None:
    for name in "abcd":
        bench.put_row(Row(source_id=name, **WORK, due=START))
    bench.worker.pauses.until_probed(PROJECT, "outage")
    bench.fail(503)
    for chance in (0.0, 0.9):
        bench.clock.chance = chance
        bench.later(PROBE_MS)
        bench.sweep()
    assert len({body["source_id"] for body in bench.bodies()}) == len(bench.bodies()) == 2


def test_a_probe_with_nothing_to_send_ends_the_pause(bench: Bench) -> None:
    bench.worker.pauses.until_probed(PROJECT, "auth")
    bench.later(PROBE_MS)
    bench.sweep()
    assert bench.worker.pauses.current(PROJECT) is None


def test_g1_a_pause_ends_though_a_bulk_job_holds_everybody_who_is_due(bench: Bench) -> None:
    """Before, the pause waited for those whom the job held, and the job for the end of the pause."""
    bench.apply(*(erase(1, source_id) for source_id in CROWD))
    bench.deliver(messages(upserts(2, name="Ada")))
    bench.worker.pauses.until_probed(PROJECT, "outage")
    bench.fail(503, match="GET /v1/customers", count=1)
    for waits in (True, False):
        bench.later(PURGE_MS)
        bench.sweep()
        assert (bench.worker.pauses.current(PROJECT) is not None) is waits
    bench.later(MINUTE)
    bench.sweep()
    assert names(bench) == {"Ada"}
    assert not any(jobs(bench))


def test_a_definite_no_is_a_sign_of_life_too(bench: Bench) -> None:
    bench.put_row(row(fields={"birthdate": pending(1, "not a date")}, due=START))
    bench.worker.pauses.until_probed(PROJECT, "outage")
    bench.later(PROBE_MS)
    bench.sweep()
    assert bench.worker.pauses.current(PROJECT) is None
    assert len(bench.dead()) == 1


def test_a_throttled_project_is_not_probed(bench: Bench) -> None:
    bench.put_row(row(**WORK, due=START))
    bench.worker.pauses.throttle(PROJECT, 10 * MINUTE)
    bench.later(9 * MINUTE)
    bench.sweep()
    assert bench.calls() == []
