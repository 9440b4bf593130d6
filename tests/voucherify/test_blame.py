"""What a dead letter says about the one command that was refused."""

from typing import Any

import pytest

from cdphub.outbox.row import Membership, PendingEvent, Row
from cdphub.outbox.work import Send
from tests.builders import ADA, at, pending, row, waiting
from voucherify.blame import Blamed, blame

STORED = {"event": "Bought", "metadata": {"amount": 5}}


def member(number: int, name: str, by: str) -> Membership:
    return Membership(member=True, name=name, at=at(number), by=by)


@pytest.mark.parametrize(
    ("held", "send", "blamed"),
    [
        (
            row(fields={"name": pending(2, "Ada", waiting(1, "old")), "address.city": pending(2, None)}),
            Send(fields={"name": at(2), "address.city": at(2)}),
            Blamed(
                "fields",
                at(2),
                "segment-1",
                {"kind": "upsert", "source_id": ADA, "fields": {"name": "Ada", "address.city": None}},
            ),
        ),
        (
            row(lists={"groups": {"1": member(1, "a", "one"), "2": member(3, "b", "two")}}, list_changes={"groups": 2}),
            Send(lists={"groups": 2}),
            Blamed(
                "list#groups",
                at(3),
                "two",
                {"kind": "membership", "source_id": ADA, "list": "groups", "names": ["a", "b"]},
            ),
        ),
        (
            row(events={"key": PendingEvent(at=at(4), by="three")}),
            Send(event="key"),
            Blamed("event", at(4), "three", {"kind": "track", "source_id": ADA, **STORED}),
        ),
    ],
    ids=["fields", "list", "event"],
)
def test_the_letter_names_place_connection_and_content(held: Row, send: Send, blamed: Blamed) -> None:
    stored: dict[str, Any] | None = STORED if send.event else None
    assert blame(held, send, stored) == blamed
