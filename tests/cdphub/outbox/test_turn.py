"""One worker at a time, and nobody while something late may still land (G2)."""

from typing import Any

import pytest

from cdphub.outbox.row import Row
from cdphub.outbox.turn import CALL_MS, DOUBT_MS, Turn, is_free, may_visit, take, take_or_leave
from tests.builders import START, row

NOW = START
END = NOW + 60_000
ME = Turn("me", END)
JUST = Turn("me", NOW + CALL_MS)
LATE = Turn("me", NOW + CALL_MS - 1)

HELD = {"lease": "another", "lease_until": NOW}
IN_A_JOB = {"lease": "job#1"}
EXPIRED = {"lease": "another", "lease_until": NOW - DOUBT_MS}
WAITS = {"not_before": NOW + 1}


def taken(row: Row, turn: Turn = ME, *, may_call: bool = True, redelivered: bool = False) -> bool:
    return take_or_leave(row, turn, NOW, may_call=may_call, redelivered=redelivered)


def test_a_lease_is_free_two_minutes_after_its_holder_is_gone() -> None:
    assert is_free(row(), NOW)
    assert is_free(row(**EXPIRED), NOW)
    assert not is_free(row(**EXPIRED), NOW - 1)


def test_a_free_row_is_taken_and_the_message_in_hand_covers_it() -> None:
    free = row()
    assert taken(free)
    assert (free.lease, free.lease_until, free.due) == ("me", END, None)


def test_a_row_whose_wait_has_just_ended_is_taken() -> None:
    assert taken(row(not_before=NOW))


def test_a_row_of_a_dead_worker_is_taken_over() -> None:
    free = row(**EXPIRED)
    assert taken(free)
    assert free.lease == "me"


def test_a_bulk_job_holds_for_as_long_as_it_takes_and_is_due_itself() -> None:
    held = row(**IN_A_JOB)
    assert not is_free(held, NOW + 10**9)
    assert not taken(held)
    assert (held.lease, held.due) == ("job#1", None)
    assert not may_visit(row(**IN_A_JOB, due=NOW), ME, NOW)


@pytest.mark.parametrize(
    ("state", "named", "due"),
    [
        (HELD, {}, NOW + DOUBT_MS),
        (WAITS, {}, NOW + 1),
        ({}, {"may_call": False}, NOW),
        ({}, {"turn": LATE}, NOW),
    ],
    ids=["held", "must wait", "project paused", "too late"],
)
def test_g1_a_row_that_is_left_gets_a_due_time(state: dict[str, Any], named: dict[str, Any], due: int) -> None:
    left = row(**state)
    assert not taken(left, **named)
    assert left.due == due
    assert left.lease == state.get("lease")
    sooner = row(**state, due=5)
    assert not taken(sooner, **named)
    assert sooner.due == 5


def test_g1_a_message_that_comes_again_covers_nothing_since_its_copy_may_be_deleted() -> None:
    free = row()
    assert taken(free, redelivered=True)
    assert free.due == END + DOUBT_MS
    due = row(due=5)
    assert taken(due, redelivered=True)
    assert due.due == 5


def test_a_worker_that_holds_the_row_already_goes_on() -> None:
    mine = row(lease="me", lease_until=END)
    assert taken(mine)
    assert mine.due is None


def test_taking_leaves_the_due_time_so_that_a_crash_is_found() -> None:
    due = row(due=5)
    take(due, ME)
    assert due.due == 5


@pytest.mark.parametrize(
    ("state", "turn", "allowed"),
    [
        ({"due": NOW, "not_before": NOW}, ME, True),
        ({"due": NOW}, JUST, True),
        ({"due": NOW, **EXPIRED}, ME, True),
        ({}, ME, False),
        ({"due": NOW + 1}, ME, False),
        ({"due": NOW, **WAITS}, ME, False),
        ({"due": NOW, **HELD}, ME, False),
        ({"due": NOW}, LATE, False),
    ],
)
def test_a_visit_needs_a_due_row_that_is_free_and_time_for_a_call(
    state: dict[str, Any], turn: Turn, allowed: bool
) -> None:
    assert may_visit(row(**state), turn, NOW) is allowed
