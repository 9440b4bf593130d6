"""A reminder, or the sweep, looks at a customer: it acts only on a row that is due, free and not paused (G2)."""

import pytest

from cdphub.aws import AwsError
from cdphub.outbox.turn import CALL_MS
from cdphub.schema import Token
from tests.builders import START, pending, row, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.doors import record
from voucherify.visit import visit

DUE = row(fields={"name": pending(1, "Ada")}, due=START)


def reminder(bench: Bench) -> list[str]:
    """Delivers a reminder of Ada."""
    return bench.deliver([record("m-1", Token(project=PROJECT, customer=bench.pk()).model_dump())])


def test_a_visit_of_a_due_row_costs_two_writes(bench: Bench) -> None:
    bench.put_row(DUE)
    assert not reminder(bench)
    assert bench.profile()["name"] == "Ada"
    assert bench.log.count("write_customer") == 2


def test_a_reminder_of_nobody_is_no_trouble(bench: Bench) -> None:
    assert not reminder(bench)


def test_g5_a_visit_for_whose_call_there_is_no_time_reads_nothing(bench: Bench) -> None:
    bench.put_row(DUE)
    bench.break_store(bench.pk())
    project = bench.worker.project(PROJECT)
    assert project is not None
    visit(bench.worker, project, bench.pk(), bench.clock.now + CALL_MS - 1)
    with pytest.raises(AwsError):
        visit(bench.worker, project, bench.pk(), bench.clock.now + CALL_MS)


def test_g5_while_the_project_is_paused_a_visit_writes_nothing(bench: Bench) -> None:
    bench.put_row(DUE)
    bench.worker.pauses.until_probed(PROJECT, "auth")
    reminder(bench)
    assert "write_customer" not in bench.log
    assert bench.row() == DUE


def test_g2_a_visitor_that_came_second_leaves_the_row_to_the_first(bench: Bench) -> None:
    bench.put_row(DUE)
    taken = DUE.model_copy(update={"lease": "another", "lease_until": START})
    bench.before_the_next_write(lambda: bench.put_row(taken))
    reminder(bench)
    assert bench.calls() == []
    assert bench.row() == taken


def test_a_command_and_a_reminder_of_one_customer_are_one_call(bench: Bench) -> None:
    bench.put_row(DUE)
    token = record("m-1", Token(project=PROJECT, customer=bench.pk()).model_dump())
    bench.deliver([token, record("m-2", {"project": PROJECT, "commands": [upsert(2, phone="5").model_dump()]})])
    assert len(bench.calls()) == 1
