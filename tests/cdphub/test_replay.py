"""What becomes of a dead letter that is sent again."""

from typing import Any

import pytest

from cdphub.backlog import DeadLetter
from cdphub.commands import COMMAND_BYTES, dumped
from cdphub.failures import FailureClass
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.outbox.row import Row
from cdphub.queues import MESSAGE_BYTES, encode
from cdphub.replay import Verdict, judge, message_of
from cdphub.schema import Command, Commands
from tests.builders import ADA, CONNECTION, START, at, erase, join, replayed, row, track, upsert
from tests.fakes import PROJECT

DELIVERY = Delivery(
    trace_id="trace1",
    project=PROJECT,
    connection=CONNECTION,
    accepted_ms=START,
    customer="shop#1",
    event=Event(
        key="customer.rewarded:1",
        type="customer.rewarded",
        id="evcus_1",
        occurred_at="2026-03-02T09:14:58.600Z",
        customer=Person(source_id=ADA),
        data={},
    ),
    attempts=91,
    first_ms=START,
)


def letter(key: str, payload: dict[str, Any], direction: Any = "inbound") -> DeadLetter:
    return DeadLetter(
        project=PROJECT,
        connection=CONNECTION,
        direction=direction,
        key=key,
        failure=FailureClass.INVALID,
        reason="400",
        attempts=1,
        first_ms=START,
        last_ms=START,
        customer="shop#1",
        payload=payload,
    )


def inbound(command: Command) -> DeadLetter:
    return letter(f"{command.order}#part", dumped(command))


OUTBOUND = letter(DELIVERY.key, DELIVERY.model_dump(mode="json"), "outbound")


def commands_in(command: Command, **named: Any) -> list[Command]:
    queue, message = message_of(inbound(command), "segment", **named)
    assert (queue, message.group) == ("apply", PROJECT)
    assert len(encode(message.body)) <= MESSAGE_BYTES
    return Commands.model_validate(message.body).commands


def test_an_event_begins_anew_with_the_ids_it_had() -> None:
    queue, message = message_of(OUTBOUND, "segment")
    sent = Delivery.model_validate(message.body)
    assert (queue, message.group, message.delay_seconds) == ("deliver-segment", CONNECTION, 0)
    assert sent == DELIVERY.model_copy(update={"attempts": 0, "first_ms": None})
    assert (sent.id, sent.key) == (DELIVERY.id, DELIVERY.key)


@pytest.mark.parametrize("command", [upsert(1, name="Ada"), track(1, sender_id="m-1"), join(1, "vip"), erase(1)])
def test_g2_a_command_keeps_its_place_and_its_ids(command: Command) -> None:
    assert commands_in(command) == [replayed(command)]


@pytest.mark.parametrize(
    ("command", "place"),
    [(upsert(1, name="Ada"), 7), (join(1, "vip"), 7), (track(1), 1), (erase(1), 1)],
)
def test_only_what_could_be_superseded_counts_as_accepted_anew(command: Command, place: int) -> None:
    (sent,) = commands_in(command, anew_ms=START + 7_000)
    assert (sent.order, sent.replay_of) == (at(place).replace(f"trace{place}", "trace1"), at(1))


def test_g7_a_replay_that_died_again_still_tells_when_it_was_first_accepted() -> None:
    assert commands_in(replayed(upsert(1, name="Ada"), moved_to=5)) == [replayed(upsert(1, name="Ada"), moved_to=5)]


def test_the_longest_command_goes_back_as_well() -> None:
    """It was measured before it was said to be a replay."""
    longest = upsert(1, metadata={"x": ""})
    room = COMMAND_BYTES - len(encode(dumped(longest)))
    assert commands_in(upsert(1, metadata={"x": "x" * room}))


@pytest.mark.parametrize(
    ("held", "force", "verdict"),
    [
        (row(), False, Verdict.SEND),
        (Row(), False, Verdict.SEND),
        (row(applied={"name": at(2)}), False, Verdict.SUPERSEDED),
        (row(applied={"name": at(2)}), True, Verdict.SEND),
        (Row(erased=at(2)), False, Verdict.ERASED),
        (Row(erased=at(2)), True, Verdict.ERASED),
        (Row(erased=at(0)), False, Verdict.SEND),
    ],
)
def test_g7_what_is_older_than_an_erasure_is_never_sent(held: Row, force: bool, verdict: Verdict) -> None:
    assert judge(inbound(upsert(1, name="Ada")), held, force=force) is verdict


def test_g7_an_event_about_a_customer_erased_since_is_never_sent() -> None:
    assert judge(OUTBOUND, Row(erased=at(1))) is Verdict.ERASED
    assert judge(OUTBOUND, row(applied={"name": at(1)})) is Verdict.SEND


def test_an_erasure_that_died_may_go_back_itself() -> None:
    assert judge(inbound(erase(1)), Row(erased=at(1))) is Verdict.SEND
    assert judge(inbound(erase(1)), Row(erased=at(2))) is Verdict.ERASED
