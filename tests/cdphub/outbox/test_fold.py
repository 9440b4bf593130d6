"""Answers into the row: exactly what was sent comes off (G2), a refused value goes back to the one before."""

from cdphub.outbox import fold
from cdphub.outbox.row import Row
from cdphub.outbox.work import Send
from tests.builders import START, at, listed, pending, row, waiting

HELD = {"lease": "me", "lease_until": START, "due": START}
NAME = Send(fields={"name": at(2)})


def test_what_was_sent_is_applied_and_nothing_is_left() -> None:
    failed = {"failures": 3, "first_failure": 1, "not_before": 5, "split": True}
    done = row(fields={"name": pending(2, "Ada", waiting(1, "ada"))}, **failed, **HELD)
    fold.sent(done, NAME)
    assert done == row(applied={"name": at(2)})


def test_g2_a_newer_value_merged_during_the_call_stays() -> None:
    newer = row(fields={"name": pending(3, "Countess", waiting(2, "Ada"))}, **HELD)
    fold.sent(newer, NAME)
    assert newer.fields == {"name": pending(3, "Countess")}
    assert newer.lease == "me"


def test_g2_a_replaced_value_newer_than_the_one_sent_stays() -> None:
    newer = row(fields={"name": pending(4, "Lady", waiting(3, "Countess"))})
    fold.sent(newer, NAME)
    assert newer.fields == {"name": pending(4, "Lady", waiting(3, "Countess"))}


def test_a_list_changed_during_the_call_is_written_again() -> None:
    changed = row(list_changes={"l": 3}, lists_read=["l"])
    fold.sent(changed, Send(lists={"l": 2}))
    assert changed.changed_lists() == ["l"]
    fold.sent(changed, Send(lists={"l": 3}))
    assert not changed.has_work()


def test_a_sent_event_comes_off_and_its_place_is_remembered() -> None:
    events = row(events=listed(1, 2))
    fold.sent(events, Send(event=at(1)))
    assert events.events == listed(2)
    assert events.newest_event == at(1)


def test_a_yes_makes_the_next_failure_the_first_unless_commands_go_one_by_one() -> None:
    def failures_after_a_yes(split: bool) -> int:
        failing = row(fields={"name": pending(2, "Ada")}, events=listed(1), failures=9, first_failure=1, split=split)
        fold.sent(failing, NAME)
        return failing.failures

    assert (failures_after_a_yes(False), failures_after_a_yes(True)) == (0, 9)


def test_g2_a_value_given_up_may_have_been_applied_and_gives_way_to_none() -> None:
    given_up = row(fields={"name": pending(2, "Ada", waiting(1, "ada"))}, **HELD)
    fold.given_up(given_up, NAME, [at(2)])
    assert given_up == row(applied={"name": at(2)}, refused=[at(2)])


def test_g2_a_refused_value_goes_back_to_the_one_it_replaced() -> None:
    refused = row(fields={"name": pending(2, "bad", waiting(1, "good"))}, **HELD)
    fold.refused(refused, NAME, [at(2)])
    assert refused.fields == {"name": pending(1, "good")}
    assert refused.refused == [at(2)]
    assert refused.lease == "me"


def test_a_refused_value_that_replaced_none_is_gone_and_so_is_one_that_was_replaced_meanwhile() -> None:
    alone = row(fields={"name": pending(2, "bad")}, **HELD)
    fold.refused(alone, NAME, [at(2)])
    fold.refused(alone, NAME, [at(2)])
    assert not alone.has_work()
    assert (alone.lease, alone.due) == (None, None)
    replaced = row(fields={"name": pending(3, "newer", waiting(2, "bad"))})
    fold.refused(replaced, NAME, [at(2)])
    assert replaced.fields == {"name": pending(3, "newer")}


def test_a_refused_value_merged_after_its_refusal_was_read_is_left_alone() -> None:
    newer = row(fields={"name": pending(3, "newer", waiting(1, "old"))})
    fold.refused(newer, NAME, [at(2)])
    assert newer.fields == {"name": pending(3, "newer", waiting(1, "old"))}


def test_a_refused_event_and_a_refused_list_wait_no_more() -> None:
    both = row(events=listed(1), list_changes={"l": 1})
    fold.refused(both, Send(event=at(1)), [at(1)])
    fold.refused(both, Send(lists={"l": 1}), [at(2)])
    fold.refused(both, Send(lists={"l": 1}), [at(2)])
    assert not both.has_work()
    assert both.refused == [at(1), at(2)]


def test_a_failure_puts_the_customer_off_and_the_first_one_is_dated() -> None:
    failing = row(fields={"name": pending(1, "Ada")}, **HELD)
    fold.put_off(failing, START, 500)
    fold.put_off(failing, START + 1_000, 700)
    assert (failing.failures, failing.first_failure) == (2, START)
    assert (failing.not_before, failing.due, failing.lease) == (START + 1_700, START + 1_700, None)


def test_an_event_that_another_worker_ended_is_taken_off() -> None:
    gone = row(events=listed(1, 2), **HELD)
    fold.event_gone(gone, at(1))
    assert gone.events == listed(2)
    fold.event_gone(gone, at(2))
    assert gone == Row(source_id=gone.source_id, newest_event=at(2))
