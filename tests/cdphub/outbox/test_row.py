"""The customer row: what it says of itself, and how it is stored."""

from typing import Any

import pytest

from cdphub import order
from cdphub.clock import DAY
from cdphub.outbox.merge import merge
from cdphub.outbox.row import SHARDS, PendingDeletion, dump, event_key, load, partition, shard, shards
from tests.builders import ADA, at, join, listed, pending, row, track, upsert, waiting


def test_a_stored_row_comes_back_as_it_was() -> None:
    full = row(lease="worker", lease_until=5, due=7, not_before=3, split=True, refused=["x"], failures=2)
    for command in (upsert(1, name="Ada", metadata={"deep": {"list": [1, 2.5, None, "ø"]}}), track(2), join(3, "vip")):
        merge(full, command)
    assert load(dump("p#00000000", full, 4)) == full


def test_what_conditions_and_the_index_need_stands_beside_the_text() -> None:
    item = dump("p#0000000f", row(lease="worker", due=7), 4)
    assert (item.version, item.lease, item.due_ms, item.shard) == (4, "worker", 7, "p#15")
    assert dump("p#0000000f", row(), 0).due_ms is None


def test_g7_a_row_in_which_nothing_waits_is_kept_for_100_days_after_its_newest_command() -> None:
    idle = row(applied={"name": at(1), "phone": at(3)}, newest_event=at(2), refused=[at(2)], lists_read=["vip"])
    assert dump("p#00000000", idle, 1).expires_ms == order.accepted_ms(at(3)) + 100 * DAY
    for newer in (
        {"newest_event": at(5)},
        {"refused": [at(5)]},
        {"erased_until": order.accepted_ms(at(5)) + 100 * DAY},
    ):
        later = idle.model_copy(update=newer)
        assert dump("p#00000000", later, 1).expires_ms == order.accepted_ms(at(5)) + 100 * DAY


@pytest.mark.parametrize(
    "needed",
    [
        {"fields": {"name": pending(2, "Ada")}},
        {"events": listed(2)},
        {"list_changes": {"vip": 1}},
        {"deletion": PendingDeletion(at=at(2), by="segment-1")},
        {"lease": "worker"},
        {"due": 7},
    ],
    ids=lambda needed: next(iter(needed)),
)
def test_g1_a_row_that_is_needed_is_never_deleted(needed: dict[str, Any]) -> None:
    assert dump("p#00000000", row(applied={"name": at(1)}, **needed), 1).expires_ms is None


def test_a_membership_is_kept_until_the_customer_leaves() -> None:
    member = row(list_changes={"segmentGroups": 2}, list_written={"segmentGroups": 2})
    for command, expires in (
        (join(1, "vip"), None),
        (join(2, "vip", member=False), order.accepted_ms(at(2)) + 100 * DAY),
    ):
        merge(member, command)
        member.list_written = dict(member.list_changes)
        assert dump("p#00000000", member, 1).expires_ms == expires


def test_a_change_of_the_text_is_a_change_of_the_row() -> None:
    unchanged = load(dump("p#00000000", row(fields={"name": pending(2, "Ada", waiting(1, None))}), 1))
    assert dump("p#00000000", unchanged, 1).text == dump("p#00000000", unchanged.model_copy(deep=True), 1).text


def test_g7_the_key_of_a_customer_hides_the_customer() -> None:
    key = partition("p", "salt", ADA)
    assert key == partition("p", "salt", ADA)
    assert key.startswith("p#")
    assert ADA not in key
    others = [partition("q", "salt", ADA), partition("p", "other salt", ADA), partition("p", "salt", "bob")]
    assert key not in others


def test_g5_a_projects_customers_spread_over_its_sixteen_shards() -> None:
    found = {shard(partition("p", "salt", f"customer {number}")) for number in range(1_000)}
    assert found == set(shards("p"))
    assert len(found) == SHARDS


def test_g3_an_events_key_is_its_senders_id_if_it_has_one() -> None:
    assert event_key("segment-1", "msg-1", "place 1") == event_key("segment-1", "msg-1", "place 2")
    assert event_key("segment-1", "msg-1", "place 1") != event_key("segment-2", "msg-1", "place 1")
    assert event_key("segment-1", None, "place 1") == "place 1"


def test_work_is_fields_events_and_changed_lists() -> None:
    assert not row().has_work()
    assert not row(applied={"name": "x"}, list_changes={"l": 2}, list_written={"l": 2}).has_work()
    assert row(fields={"name": pending(1, "Ada")}).has_work()
    assert row(list_changes={"l": 2}, list_written={"l": 1}).has_work()


def test_a_changed_list_is_unread_until_it_was_read() -> None:
    changed = row(list_changes={"a": 1, "b": 1, "c": 1}, list_written={"c": 1}, lists_read=["b"])
    assert changed.changed_lists() == ["a", "b"]
    assert changed.unread_lists() == ["a"]
