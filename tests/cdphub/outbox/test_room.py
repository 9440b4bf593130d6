"""How much may wait for one customer: the row stays below DynamoDB's 400 KB."""

import pytest

from cdphub.outbox.merge import ROW_BYTES, WAITING_EVENTS, has_room, merge
from cdphub.schema import Command
from tests.builders import join, listed, row, track, upsert

DYNAMODB_BYTES = 400 * 1024


def test_a_thousand_events_may_wait() -> None:
    assert has_room(row(events=listed(*range(WAITING_EVENTS - 1))), track(5_000))
    full = row(events=listed(*range(WAITING_EVENTS)))
    assert not any(has_room(full, command) for command in (track(5_000), upsert(5_000), join(5_000, "vip")))


@pytest.mark.parametrize(
    "huge",
    [
        upsert(1, metadata={"text": "x" * ROW_BYTES}),
        upsert(1, metadata={"text": "字" * (ROW_BYTES // 3)}),
        upsert(1, metadata={f"{number}": None for number in range(2_000)}),
        join(1, "vip", name="x" * ROW_BYTES),
    ],
    ids=["long", "long in bytes", "many fields", "a long name"],
)
def test_what_dynamodb_would_refuse_has_no_room(huge: Command) -> None:
    assert not has_room(row(), huge)


def test_an_events_own_data_needs_no_room() -> None:
    assert has_room(row(), track(1, properties={"text": "x" * ROW_BYTES}))


@pytest.mark.parametrize("text", ["x" * 30_000, "字" * 10_000])
def test_whatever_has_room_can_be_stored(text: str) -> None:
    filled, number = row(), 0
    while has_room(filled, command := upsert(number, metadata={f"{number}": text, "same": text})):
        merge(filled, command)
        number += 1
    assert ROW_BYTES / 2 < len(filled.model_dump_json().encode()) < DYNAMODB_BYTES
