"""Request units, by DynamoDB's documented rules."""

import pytest

from tests.cost import units

KEY = {"pk": {"S": "x" * 6}}
"""Eight bytes."""


def item(size: int, **more: str) -> dict[str, dict[str, str]]:
    return {**KEY, "b": {"S": "x" * (size - 9)}, **{name: {"S": value} for name, value in more.items()}}


@pytest.mark.parametrize(
    ("size", "written", "read"), [(9, 1, 1), (1024, 1, 1), (1025, 2, 1), (4096, 4, 1), (4097, 5, 2)]
)
def test_sizes_are_rounded_up(size: int, written: int, read: int) -> None:
    assert units.write({}, item(size), []) == written
    assert units.write(item(size), {}, []) == written
    assert units.read([item(size)], consistent=True) == read
    assert units.read([item(size)], consistent=False) == read / 2


def test_nothing_found_is_read_all_the_same() -> None:
    assert units.read([], consistent=True) == 1


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [({}, {"g": "1"}, 1), ({"g": "1"}, {"g": "2"}, 2), ({"g": "1"}, {}, 1), ({"g": "1"}, {"g": "1"}, 0), ({}, {}, 0)],
)
def test_an_index_is_written_when_its_entry_changes(before: dict[str, str], after: dict[str, str], more: int) -> None:
    assert units.write(item(9, **before), item(9, **after), [["g"]]) == 1 + more
