"""Requests of many items."""

from typing import Any

from cdphub.batch import each
from cdphub.body import RefusedError
from cdphub.parsed import Parsed
from cdphub.schema import UpsertCustomer
from tests.builders import upsert


def parse(index: int, item: Any) -> Parsed:
    """An item is how long its description shall be; 0 is refused, and an object is no text."""
    if item == 0:
        raise RefusedError("length", "must be more")
    if isinstance(item, dict):
        UpsertCustomer.model_validate(item)
    return Parsed([upsert(index, description="x" * item)], 1, omitted=["birthdate"], skipped=["odd"][: item % 2])


def test_each_item_is_accepted_or_rejected_by_itself() -> None:
    parsed = each([1, 0, 2, {"connection": 1}], parse)
    assert [command.customer.description for command in parsed.commands] == ["x", "xx"]
    assert (parsed.accepted, parsed.omitted) == (2, ["birthdate", "birthdate"])
    assert parsed.skipped == ["odd"]
    assert parsed.rejected == [(1, "length: must be more"), (3, "connection: must be a text")]


def test_an_item_too_long_to_be_stored_is_rejected() -> None:
    parsed = each([1, 240_000, 1], parse)
    assert len(parsed.commands) == parsed.accepted == 2
    [(index, reason)] = parsed.rejected
    assert index == 1
    assert reason.endswith("more than the 240000 that one item may have")


def test_nothing_is_nothing() -> None:
    assert each([], parse) == Parsed([], 0, [], [], [])
