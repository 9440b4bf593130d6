"""Merging: a newer value wins, field by field, whatever the order of arrival (G2)."""

from itertools import permutations

import pytest

from cdphub.clock import DAY, SECOND
from cdphub.outbox.merge import SENDER_IDS, is_superseded, is_taken_in, learn_list, merge, prune, seen
from cdphub.outbox.row import Membership, Row, event_key
from cdphub.schema import Command
from tests.builders import (
    CONNECTION,
    START,
    at,
    erase,
    join,
    leave,
    listed,
    pending,
    replayed,
    row,
    track,
    upsert,
    waiting,
)

GROUPS = "segmentGroups"


def merged(*commands: Command, into: Row | None = None) -> Row:
    target = into or row()
    for command in commands:
        merge(target, command)
    return target


@pytest.mark.parametrize("numbers", list(permutations([1, 2, 3])))
def test_g2_the_newest_value_waits_and_the_one_before_is_kept_for_a_refusal(numbers: tuple[int, ...]) -> None:
    result = merged(*(upsert(number, name=f"name {number}") for number in numbers))
    assert result.fields == {"name": pending(3, "name 3", replaced=waiting(2, "name 2"))}


def test_g2_fields_are_compared_one_by_one() -> None:
    result = merged(upsert(2, name="new", metadata={"plan": "pro"}), upsert(1, name="old", email="a@b.c"))
    assert {name: field.value for name, field in result.fields.items()} == {
        "name": "new",
        "metadata.plan": "pro",
        "email": "a@b.c",
    }


@pytest.mark.parametrize("number", [1, 2])
def test_g2_a_value_that_is_not_newer_than_the_applied_one_is_dropped(number: int) -> None:
    assert not merged(upsert(number, name="late"), into=row(applied={"name": at(2)})).has_work()


def test_only_fields_that_are_given_are_taken() -> None:
    assert merged(upsert(1, address={"city": "Paris"})).fields == {"address.city": pending(1, "Paris")}
    assert merged(upsert(1, name=None)).fields == {"name": pending(1, None)}


def test_an_upsert_of_an_id_alone_still_makes_a_customer() -> None:
    assert list(merged(upsert(1)).fields) == ["source_id"]
    assert not merged(track(1)).fields
    assert not merged(join(1, "vip")).fields


def test_an_event_waits_under_its_place_or_under_its_senders_id() -> None:
    assert merged(track(1)).events == listed(1)
    assert list(merged(track(1, sender_id="msg-1")).events) == [event_key(CONNECTION, "msg-1", at(1))]


def test_g3_of_an_event_that_was_sent_already_only_the_fields_are_taken() -> None:
    result = row()
    merge(result, track(1, name="Ada"), event_waits=False)
    assert result.fields
    assert not result.events


def test_g3_an_upsert_that_its_sender_repeats_is_known_by_the_senders_id() -> None:
    result = merged(upsert(1, sender_id="msg-1"))
    assert seen(result, upsert(2, sender_id="msg-1"))
    assert not seen(result, upsert(2, sender_id="msg-2"))
    assert not seen(result, upsert(2, sender_id="msg-1", connection="another"))
    assert not seen(result, track(2, sender_id="msg-1"))


def test_the_last_sixteen_ids_are_remembered() -> None:
    result = merged(*(upsert(number, sender_id=f"msg-{number}") for number in range(SENDER_IDS + 1)))
    assert [seen(result, upsert(99, sender_id=f"msg-{number}")) for number in (0, 1, SENDER_IDS)] == [False, True, True]


def test_a_refused_command_is_known_by_its_place() -> None:
    assert seen(row(refused=[at(1)]), upsert(1))
    assert not seen(row(refused=[at(1)]), upsert(2))


def test_g1_a_replay_is_no_repeat_of_the_command_that_was_refused() -> None:
    died = row(refused=[at(1)], sender_ids=[f"{CONNECTION}#msg-1"])
    assert not seen(died, replayed(upsert(1, sender_id="msg-1")))
    assert merged(replayed(upsert(1, sender_id="msg-1")), into=died).sender_ids == [f"{CONNECTION}#msg-1"]


@pytest.mark.parametrize("moved_to", [None, 5])
def test_g7_a_replay_does_not_come_back_after_an_erasure(moved_to: int | None) -> None:
    assert seen(row(erased=at(3)), replayed(upsert(1), moved_to))
    assert not seen(row(erased=at(3)), replayed(upsert(4), moved_to))


def test_g2_a_replay_is_taken_in_at_its_own_place_and_gives_way_to_newer_values() -> None:
    given_up = row(applied={"name": at(1)})
    assert merged(replayed(upsert(1, name="Ada")), into=given_up).fields == {"name": pending(1, "Ada")}
    assert not merged(replayed(upsert(1, name="Ada")), into=row(applied={"name": at(2)})).fields
    anew = merged(replayed(upsert(1, name="Ada"), moved_to=3), into=row(applied={"name": at(2)}))
    assert anew.fields == {"name": pending(3, "Ada")}


def test_a_replay_of_a_change_has_its_list_written_again() -> None:
    written = merged(join(1, "vip"))
    written.list_written = dict(written.list_changes)
    assert merged(replayed(join(1, "vip")), into=written).changed_lists() == [GROUPS]


@pytest.mark.parametrize(
    ("held", "command", "superseded"),
    [
        (row(), upsert(1, name="Ada"), False),
        (row(applied={"name": at(1)}), upsert(1, name="Ada"), False),
        (row(applied={"name": at(2)}), upsert(1, name="Ada"), True),
        (row(applied={"name": at(2)}), upsert(1, name="Ada", phone="5"), False),
        (row(applied={"name": at(2)}, fields={"phone": pending(2, "6")}), upsert(1, name="Ada", phone="5"), True),
        (row(applied={"source_id": at(2)}), upsert(1), True),
        (merged(join(1, "vip")), join(1, "vip"), False),
        (merged(leave(2, "vip")), join(1, "vip"), True),
        (merged(join(2, "new")), join(1, "vip"), False),
        (row(applied={"name": at(2)}, newest_event=at(2)), track(1, name="Ada"), False),
        (row(erased=at(2)), erase(2), False),
    ],
)
def test_a_command_is_superseded_when_all_that_it_says_was_said_since(
    held: Row, command: Command, superseded: bool
) -> None:
    assert is_superseded(held, command) is superseded


@pytest.mark.parametrize("commands", list(permutations([join(1, "vip"), leave(2, "vip"), join(3, "new")])))
def test_g2_the_newest_change_of_each_audience_wins(commands: tuple[Command, ...]) -> None:
    result = merged(*commands)
    assert {key: found.member for key, found in result.lists[GROUPS].items()} == {"vip": False, "new": True}
    assert result.changed_lists() == [GROUPS]


def test_a_late_change_of_another_audience_counts_as_a_change() -> None:
    result = merged(join(2, "vip"))
    result.list_written[GROUPS] = result.list_changes[GROUPS]
    assert merged(join(1, "new"), into=result).changed_lists() == [GROUPS]
    result.list_written[GROUPS] = result.list_changes[GROUPS]
    assert merged(leave(1, "vip"), into=result).changed_lists() == []


def test_a_renamed_audience_replaces_its_old_name() -> None:
    result = merged(join(1, "g1", name="Gold"), join(2, "g1", name="Platinum"))
    assert result.lists[GROUPS] == {"g1": Membership(member=True, name="Platinum", at=at(2), by=CONNECTION)}


def test_the_first_read_adds_what_the_hub_did_not_know() -> None:
    result = merged(leave(1, "g1", name="Gold"), join(2, "g2", name="Silver"))
    learn_list(result, GROUPS, ["Gold", "Silver", "Theirs", "Also theirs"])
    members = {found.name for found in result.lists[GROUPS].values() if found.member}
    assert members == {"Silver", "Theirs", "Also theirs"}
    assert result.unread_lists() == []


def test_an_audience_known_by_name_is_one_with_its_later_change() -> None:
    result = row()
    learn_list(result, GROUPS, ["Gold"])
    merge(result, leave(1, "g1", name="Gold"))
    assert {key: found.member for key, found in result.lists[GROUPS].items()} == {"g1": False}


def test_what_no_copy_or_replay_can_ask_for_is_forgotten() -> None:
    result = merged(leave(1, "gone"), join(1, "stays"), into=row(applied={"name": at(1)}, refused=[at(1)]))
    result.list_written = dict(result.list_changes)
    prune(result, START + 15 * DAY)
    assert result.refused == [at(1)]
    prune(result, START + 15 * DAY + 2 * SECOND)
    assert not result.refused
    assert result.applied
    prune(result, START + 100 * DAY + 2 * SECOND)
    assert not result.applied
    assert list(result.lists[GROUPS]) == ["stays"]


def test_a_change_that_was_not_written_is_not_forgotten() -> None:
    result = merged(leave(1, "gone"))
    prune(result, START + 200 * DAY)
    assert list(result.lists[GROUPS]) == ["gone"]


@pytest.mark.parametrize(
    ("known", "taken"),
    [
        (row(), False),
        (merged(upsert(2, name="Ada")), True),
        (row(applied={"name": at(2)}), True),
        (row(applied={"name": at(3)}), True),
        (row(applied={"name": at(1), "email": at(3)}), False),
        (row(refused=[at(2)]), True),
        (row(erased=at(3)), True),
    ],
)
def test_a_row_tells_whether_a_command_was_taken_in(known: Row, taken: bool) -> None:
    assert is_taken_in(known, upsert(2, name="Ada")) is taken


def test_a_row_tells_whether_a_membership_was_taken_in() -> None:
    assert not is_taken_in(merged(join(1, "red")), join(2, "red"))
    assert is_taken_in(merged(join(2, "red")), join(2, "red"))
    assert is_taken_in(merged(leave(3, "red")), join(2, "red"))
