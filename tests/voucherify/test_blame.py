"""What a dead letter says about the one command that was refused: that command, with nothing else in it."""

from typing import Any

import pytest

from cdphub.outbox.row import Membership, PendingEvent, Row
from cdphub.outbox.work import Send
from cdphub.schema import Command
from tests.builders import ADA, CONNECTION, at, erase, join, pending, row, track, upsert, waiting
from voucherify.blame import blame

STORED = {"id": "m-1", "event": "Bought", "metadata": {"amount": 5}}


def member(number: int, name: str) -> Membership:
    return Membership(member=True, name=name, at=at(number), by=CONNECTION)


@pytest.mark.parametrize(
    ("held", "send", "part", "command"),
    [
        (
            row(
                fields={
                    "name": pending(2, "Ada", waiting(1, "old")),
                    "address.city": pending(2, None),
                    "metadata.plan.b": pending(2, "pro"),
                    "phone": pending(3, "5"),
                }
            ),
            Send(fields={"name": at(2), "address.city": at(2), "metadata.plan.b": at(2)}),
            "fields#e7bf0f511152f3b8",
            upsert(2, name="Ada", address={"city": None}, metadata={"plan.b": "pro"}),
        ),
        (
            row(fields={"source_id": pending(1, ADA)}),
            Send(fields={"source_id": at(1)}),
            "fields#d9fb5c0ef20e45ae",
            upsert(1),
        ),
        (
            row(lists={"groups": {"1": member(1, "a"), "2": member(3, "b")}}, list_changes={"groups": 2}),
            Send(lists={"groups": 2}),
            "list#groups",
            join(3, "2", name="b", list_name="groups"),
        ),
        (
            row(events={"key": PendingEvent(at=at(4), by=CONNECTION)}),
            Send(event="key"),
            "event",
            track(4, "Bought", sender_id="m-1", properties={"amount": 5}),
        ),
        (row(deletion=PendingEvent(at=at(5), by=CONNECTION).model_dump()), Send(deletion=at(5)), "deletion", erase(5)),
    ],
    ids=["fields", "id alone", "list", "event", "deletion"],
)
def test_the_letter_has_the_refused_part_as_a_command(held: Row, send: Send, part: str, command: Command) -> None:
    stored: dict[str, Any] | None = STORED if send.event else None
    assert blame(held, send, stored) == (part, command)
