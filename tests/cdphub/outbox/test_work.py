"""What is sent next: as few calls as can be (G6), in order (G2)."""

from typing import Any

import pytest

from cdphub.outbox.work import ReadLists, Send, Work, next_work
from tests.builders import at, listed, pending, row

NAME = {"name": pending(2, "Ada")}
BOTH = {"name": pending(2, "Ada"), "email": pending(1, "a@b.c")}
PLACES = {"name": at(2), "email": at(1)}
READ = {"list_changes": {"l": 3}, "lists_read": ["l"]}


@pytest.mark.parametrize(
    ("parts", "work"),
    [
        ({}, None),
        ({"fields": BOTH}, Send(fields=PLACES)),
        ({"events": listed(3, 1, 2)}, Send(event=at(1))),
        ({"fields": BOTH, "events": listed(3), **READ}, Send(event=at(3), fields=PLACES, lists={"l": 3})),
        ({"fields": BOTH, "list_changes": {"l": 1}}, ReadLists(("l",))),
    ],
    ids=["nothing", "fields", "oldest event", "fields and lists ride in the event", "read lists first"],
)
def test_g6_as_much_as_goes_into_one_call(parts: dict[str, Any], work: Work | None) -> None:
    assert next_work(row(**parts)) == work


@pytest.mark.parametrize(
    ("parts", "work"),
    [
        ({"fields": BOTH, "events": listed(1), **READ}, Send(fields={"email": at(1)})),
        ({"fields": NAME, "events": listed(1), **READ}, Send(fields={"name": at(2)})),
        ({"events": listed(1), **READ}, Send(lists={"l": 3})),
        ({"events": listed(1, 2)}, Send(event=at(1))),
        ({"list_changes": {"k": 1, "l": 1}}, ReadLists(("k",))),
    ],
    ids=["oldest fields", "then newer ones", "then a list", "then the event, without fields", "lists are read singly"],
)
def test_after_a_refusal_commands_go_one_by_one(parts: dict[str, Any], work: Work) -> None:
    assert next_work(row(**parts, split=True)) == work


@pytest.mark.parametrize(
    ("send", "parts"),
    [
        (Send(event="e"), 1),
        (Send(fields={"name": "1", "email": "1"}), 1),
        (Send(fields={"name": "1", "email": "2"}), 2),
        (Send(event="e", fields={"name": "1"}, lists={"k": 1, "l": 1}), 4),
    ],
)
def test_a_call_knows_how_many_commands_it_carries(send: Send, parts: int) -> None:
    assert send.parts() == parts
