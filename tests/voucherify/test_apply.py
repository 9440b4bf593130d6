"""Apply: what a message becomes at Voucherify, and when it may be deleted (G1 to G6)."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cdphub import pool
from cdphub.clock import MINUTE, SECOND
from cdphub.outbox.merge import WAITING_EVENTS
from cdphub.outbox.turn import DOUBT_MS
from cdphub.replay import command_of
from cdphub.schema import Command, TrackEvent, UpsertCustomer
from tests.builders import START, at, join, listed, row, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.doors import message, record
from voucherify import customers
from voucherify.accept import Batch

BOB = "bob@crm"


def test_when_quiet_nothing_is_left_but_what_keeps_order(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"), track(2))
    assert bench.row() == row(applied={"name": at(1)}, newest_event=at(2))
    assert bench.profile()["name"] == "Ada"


def test_g1_event_rows_come_first_and_are_done_before_the_row_says_so(bench: Bench) -> None:
    bench.apply(track(1))
    outbox = [entry for entry in bench.log if "event" in entry or entry == "write_customer"]
    assert outbox == ["put_event", "write_customer", "POST /v1/events 200", "end_event", "write_customer"]


def test_g2_all_commands_are_stored_before_any_is_sent(bench: Bench) -> None:
    bench.deliver([message(upsert(1, name="Ada"), upsert(2, BOB, name="Bob"))])
    assert bench.log.index("POST /v1/customers 200") == bench.log.index("write_customer") + 2


def test_g5_projects_take_turns_in_a_batch(bench: Bench) -> None:
    bench.world.add_project("neighbour")
    many = message(*(upsert(number, f"customer {number}") for number in range(3)), name="m-1")
    one = message(upsert(4, BOB), name="m-2", project="neighbour")
    with pool.use(lambda function, items: [function(item) for item in items]):
        bench.deliver([many, one])
    assert [body["source_id"] for body in bench.bodies()] == ["customer 0", BOB, "customer 1", "customer 2"]


def test_g5_of_one_customer_no_more_is_done_at_once_than_others_can_wait_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers, "MOST_COMMANDS", 3)
    records = [
        message(track(2 * n, f"event {2 * n}"), track(2 * n + 1, f"event {2 * n + 1}"), name=f"m-{n}")
        for n in (0, 1, 2)
    ]
    records.append(message(upsert(9, BOB, name="Bob"), name="m-bob"))
    assert bench.deliver(records) == ["m-1", "m-2"]
    assert bench.profile(BOB)["name"] == "Bob"
    assert bench.deliver(records[1:3]) == ["m-2"]
    assert not bench.deliver(records[2:3])
    assert bench.events() == [f"event {number}" for number in range(6)]


def test_g1_an_invocation_ends_in_time_and_what_it_could_not_do_comes_again(bench: Bench) -> None:
    names = [f"customer {number:02}" for number in range(40)]
    records = [message(track(1, source_id=name), name=name) for name in names]

    def slowly(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """A second for each customer, and for each step."""
        results = []
        for item in items:
            bench.later(SECOND)
            results.append(function(item))
        return results

    with pool.use(slowly):
        left = bench.deliver(records)
    # Of 30 that were stored in half the time, 8 were sent, and 9 given back.
    assert left == names[17:]
    assert len(bench.events()) == 8
    assert {bench.row(name).due is not None for name in names[8:17]} == {True}
    bench.later(DOUBT_MS)
    assert not bench.deliver([one for one in records if one["messageId"] in left])
    bench.sweep()
    assert len(bench.events()) == len(names)


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_g2_an_older_value_never_wins(bench: Bench, numbers: tuple[int, int]) -> None:
    for number in numbers:
        bench.apply(upsert(number, name=f"name {number}"))
    assert bench.profile()["name"] == "name 2"


def test_g2_events_go_in_the_order_of_acceptance(bench: Bench) -> None:
    bench.apply(*(track(number, f"event {number}") for number in (3, 1, 2)))
    assert bench.events() == ["event 1", "event 2", "event 3"]


def test_g2_all_of_a_batch_is_stored_before_anything_is_sent(bench: Bench) -> None:
    """Else a customer whose turn comes late could see its next event stored, and sent, by another worker first."""
    bench.apply(upsert(1, name="Ada"), upsert(2, source_id=BOB, name="Bob"))
    first_call = bench.log.index("POST /v1/customers 200")
    assert bench.log[:first_call].count("write_customer") == 2


def test_g3_a_second_copy_of_a_message_changes_nothing(bench: Bench) -> None:
    commands: list[Command] = [upsert(1, name="Ada"), track(2), join(3, "vip")]
    bench.apply(*commands)
    before = (bench.calls(), bench.row())
    assert not bench.apply(*commands, receives=2)
    assert (bench.calls(), bench.row()) == before


def test_g3_a_senders_repeat_is_known_by_the_senders_id(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada", sender_id="msg-1"), track(2, sender_id="msg-2"))
    bench.apply(upsert(3, name="Ada", sender_id="msg-1"), track(4, sender_id="msg-2"))
    assert bench.calls() == ["/v1/events 200"]


def test_g2_a_senders_repeat_leaves_the_waiting_event_in_its_place(bench: Bench) -> None:
    bench.put_row(row(lease="another", lease_until=START))
    bench.apply(track(1, "first", sender_id="msg-1"), track(2, "second"))
    bench.apply(track(3, "first", sender_id="msg-1", name="Ada"))
    bench.later(3 * MINUTE)
    bench.sweep()
    assert bench.events() == ["first", "second"]
    assert bench.profile()["name"] is None


def test_two_equal_events_can_be_two_real_ones(bench: Bench) -> None:
    bench.apply(track(1, "Bought"), track(2, "Bought"))
    assert bench.events() == ["Bought", "Bought"]


def test_g3_of_an_event_that_was_done_only_the_fields_are_taken(bench: Bench) -> None:
    bench.apply(track(1, "Bought", sender_id="msg-1"))
    row_before = bench.row()
    row_before.applied = {}
    bench.put_row(row_before)
    bench.apply(track(1, "Bought", sender_id="msg-1", name="Ada"))
    assert bench.events() == ["Bought"]
    assert bench.profile()["name"] == "Ada"


def test_g5_a_store_error_of_one_customer_fails_its_messages_only(bench: Bench) -> None:
    bench.break_store(bench.pk(BOB))
    ada, bob = message(upsert(1), name="m-ada"), message(upsert(2, BOB), name="m-bob")
    both = message(upsert(3, name="Ada"), upsert(4, BOB), name="m-both")
    assert bench.deliver([ada, bob, both]) == ["m-bob", "m-both"]
    assert bench.profile()["name"] == "Ada"


@pytest.mark.parametrize(
    "secrets", [None, {"salt": 5}, {"application_id": "a", "secret_key": "b", "salt": "c"}], ids=["none", "odd", "good"]
)
def test_g5_a_project_that_cannot_be_read_fails_its_messages_only(bench: Bench, secrets: dict[str, str] | None) -> None:
    if secrets:
        bench.world.hub.secrets.write("project/gone", secrets)
    gone, shop = message(upsert(1), name="m-1", project="gone"), message(upsert(2, name="Ada"), name="m-2")
    assert bench.deliver([gone, shop]) == ["m-1"]
    assert bench.profile()["name"] == "Ada"


def test_g1_a_message_that_this_version_cannot_read_goes_back(bench: Bench) -> None:
    newer = record("m-new", {"v": 2, "project": PROJECT, "commands": []})
    assert bench.deliver([newer, message(upsert(1, name="Ada"))]) == ["m-new"]
    assert bench.profile()["name"] == "Ada"


FULL = row(events=listed(*range(WAITING_EVENTS)), lease="another", lease_until=START, due=START)


@pytest.mark.parametrize("command", [track(5_000, name="Ada", properties={"amount": 5}), upsert(5_000, name="Ada")])
def test_g1_what_a_full_row_cannot_take_is_a_dead_letter(bench: Bench, command: TrackEvent | UpsertCustomer) -> None:
    bench.put_row(FULL)
    assert not bench.apply(command)
    (letter,) = bench.dead()
    assert (letter.reason, letter.key, letter.customer) == ("customer_backlog_full", at(5_000), bench.pk())
    assert command_of(letter) == command
    assert bench.row() == FULL


def test_g1_a_second_copy_of_a_waiting_event_is_no_dead_letter_when_the_row_is_full(bench: Bench) -> None:
    bench.put_row(FULL)
    bench.apply(track(7), receives=2)
    assert not bench.dead()


def test_g1_an_event_refused_for_want_of_room_does_not_come_back_with_its_second_copy(bench: Bench) -> None:
    bench.put_row(FULL)
    bench.apply(track(5_000, name="Ada"))
    bench.put_row(row())
    bench.apply(track(5_000, name="Ada"), receives=2)
    assert bench.calls() == []


def test_g5_a_customer_that_nothing_was_prepared_for_fails_its_messages_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Batch.__init__

    def stumble(batch: Batch, *values: Any) -> None:
        plain(batch, *values)
        if batch.commands[0].customer.source_id == BOB:
            raise ZeroDivisionError

    monkeypatch.setattr(Batch, "__init__", stumble)
    failed = bench.deliver([message(upsert(1, name="Ada")), message(upsert(2, BOB, name="Bob"))])
    assert len(failed) == 1
    assert bench.profile()["name"] == "Ada"
