"""An erasure in the customer row: what it takes off, and the tombstone it becomes (G7)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdphub.clock import DAY
from cdphub.outbox import fold
from cdphub.outbox.erasure import PURGE_MS, erase, purged
from cdphub.outbox.merge import merge, prune, seen
from cdphub.outbox.row import PendingDeletion, Row, dump
from cdphub.outbox.turn import DOUBT_MS, INVOCATION_MS
from cdphub.outbox.work import Send, next_work
from cdphub.schema import Command, EraseCustomer
from tests.builders import ADA, CONNECTION, START, at, join, listed, pending, replayed, row, track, upsert, waiting
from tests.builders import erase as erasure
from tests.template.stack import FUNCTIONS


def erased(of: Row, number: int, **named: Any) -> Row:
    erase(of, erasure(number, **named), START)
    return of


def test_a_replay_of_the_newest_erasure_has_voucherify_told_again() -> None:
    refused = erased(row(), 3)
    refused.deletion = None
    erase(refused, erasure(3), START)
    assert refused.deletion is None
    erase(refused, replayed(erasure(2)), START)
    assert refused.deletion is None
    erase(refused, replayed(erasure(3)), START)
    assert refused.deletion == PendingDeletion(at=at(3), by=CONNECTION)


def test_g7_only_what_is_newer_stays() -> None:
    full = row(
        fields={"name": pending(1, "old"), "email": pending(4, "new", waiting(2, "old")), "phone": pending(4, "5")},
        events=listed(2, 4),
        applied={"name": at(1), "metadata.plan": at(5)},
        refused=[at(2), at(4)],
        sender_ids=["segment-1#a"],
        newest_event=at(2),
    )
    assert erased(full, 3) == row(
        fields={"email": pending(4, "new"), "phone": pending(4, "5")},
        events=listed(4),
        applied={"metadata.plan": at(5)},
        refused=[at(4)],
        erased=at(3),
        deletion=PendingDeletion(at=at(3), by=CONNECTION),
        purge_at=START + PURGE_MS,
    )


def test_g7_a_list_keeps_its_newer_memberships_and_is_written_again() -> None:
    full = row()
    for command in (join(1, "old"), join(4, "new"), join(1, "gone", list_name="brazeAudiences")):
        merge(full, command)
    full.list_written, full.lists_read = dict(full.list_changes), list(full.lists)
    erased(full, 3)
    assert list(full.lists["segmentGroups"]) == ["new"]
    assert full.changed_lists() == full.unread_lists() == ["segmentGroups"]
    assert "brazeAudiences" not in full.lists


def test_a_list_that_was_to_be_written_is_not_when_nothing_of_it_is_left() -> None:
    full = row()
    merge(full, join(1, "old"))
    assert erased(full, 3).changed_lists() == []


def test_the_deletion_comes_before_all_other_work() -> None:
    assert next_work(erased(row(events=listed(4)), 3)) == Send(deletion=at(3))


def test_an_older_erasure_changes_nothing() -> None:
    once = erased(row(), 3)
    assert erased(once.model_copy(deep=True), 2) == once
    assert erased(once.model_copy(deep=True), 3) == once


def test_what_the_erasure_covers_is_known_as_such() -> None:
    gone = erased(row(), 3)
    assert [seen(gone, upsert(number)) for number in (2, 3, 4)] == [True, True, False]


def test_a_deletion_by_somebody_else_needs_no_call_but_a_second_look() -> None:
    gone = erased(row(), 3, already_deleted=True)
    assert not gone.has_work()
    assert gone.due == gone.purge_at == START + PURGE_MS


def test_it_takes_longer_to_the_second_purge_than_any_invocation_lasts() -> None:
    assert {FUNCTIONS[name]["Timeout"] * 1_000 for name in ("VoucherifyApply", "VoucherifySweep")} == {INVOCATION_MS}
    assert PURGE_MS > INVOCATION_MS + DOUBT_MS


def test_g7_the_tombstone_does_not_tell_who_it_was() -> None:
    gone = row(applied={"name": at(1)}, lease="worker")
    merge(gone, join(2, "vip"))
    fold.sent(erased(gone, 3), Send(deletion=at(3)))
    assert gone.due == START + PURGE_MS
    purged(gone, START)
    assert gone == Row(erased=at(3), erased_until=START + 100 * DAY)
    assert dump("p#00000000", gone, 1).expires_ms == START + 100 * DAY


def test_g7_what_an_answer_on_its_way_left_in_the_row_goes_with_the_second_purge() -> None:
    gone = row(fields={"name": pending(1, "Ada")}, events=listed(1), lease="worker")
    send = Send(event=at(1), fields={"name": at(1)})
    fold.sent(erased(gone, 3), send)
    assert gone.applied
    fold.sent(gone, Send(deletion=at(3)))
    purged(gone, START)
    assert gone.source_id == ""
    assert not gone.applied


def test_a_row_with_newer_data_stays_an_ordinary_row() -> None:
    back = erased(row(), 3)
    merge(back, upsert(4, name="Ada"))
    fold.sent(back, Send(deletion=at(3)))
    purged(back, START)
    assert (back.source_id, back.erased) == (ADA, at(3))
    assert dump("p#00000000", back, 1).expires_ms is None


def test_whoever_comes_back_makes_the_tombstone_an_ordinary_row() -> None:
    back = Row(erased=at(3), erased_until=START + 100 * DAY)
    merge(back, upsert(4, name="Ada"))
    assert back.source_id == ADA
    assert dump("p#00000000", back, 1).expires_ms is None


@pytest.mark.parametrize(("days", "known"), [(99, True), (100, False)])
def test_an_erasure_is_known_for_100_days_after_the_last_purge(days: int, known: bool) -> None:
    gone = Row(erased=at(3), erased_until=START + 100 * DAY)
    prune(gone, START + days * DAY)
    assert (gone != Row()) is known


def test_a_newer_erasure_taken_in_during_the_deletion_is_still_to_be_told() -> None:
    gone = erased(row(lease="worker"), 3)
    fold.sent(erased(gone, 5), Send(deletion=at(3)))
    assert next_work(gone) == Send(deletion=at(5))


def test_a_refused_deletion_is_tried_no_more() -> None:
    gone = erased(row(lease="worker"), 3)
    fold.refused(gone, Send(deletion=at(3)), [at(3)])
    assert (gone.deletion, gone.lease, gone.due) == (None, None, START + PURGE_MS)


def _take_in(into: Row, command: Command) -> None:
    if isinstance(command, EraseCustomer):
        erase(into, command, START)
    elif not seen(into, command):
        merge(into, command)


@given(st.data())
def test_g7_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    kinds: dict[str, Callable[[int], Command]] = {
        "upsert": lambda n: upsert(n, name=str(n), email=str(n)),
        "track": lambda n: track(n, name=str(n)),
        "join": lambda n: join(n, data.draw(st.sampled_from("ab"))),
        "erase": erasure,
    }
    names = data.draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=8))
    commands = [kinds[name](number) for number, name in enumerate(names)]
    states = []
    for arrived in (commands, data.draw(st.permutations(commands))):
        result = Row()
        for command in arrived:
            _take_in(result, command)
        states.append((result.fields, result.events, result.lists, result.changed_lists(), result.erased))
    assert states[0] == states[1]
