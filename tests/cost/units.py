"""What DynamoDB bills for a call, in request units.

Sizes and rounding: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
Indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Item = Mapping[str, Mapping[str, str]]


def size(item: Item) -> int:
    """Bytes of names and values; a number has a byte for two digits, and one more."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(value: Mapping[str, str]) -> int:
    ((kind, text),) = value.items()
    return len(text) // 2 + 2 if kind == "N" else len(text.encode())


def read(items: Iterable[Item], *, consistent: bool) -> float:
    """A get or a query: 4 KB a unit, half of that if an older state will do, and something even for nothing."""
    units = max(1, -(-sum(map(size, items)) // 4096))
    return units if consistent else units / 2


def write(before: Item, after: Item, indexes: Sequence[Sequence[str]]) -> int:
    """A put, an update or a delete, refused or not: 1 KB a unit of the larger state, and what indexes make of it."""
    larger = max(size(before), size(after))
    return max(1, -(-larger // 1024)) + sum(_index(before, after, key) for key in indexes)


def _index(before: Item, after: Item, key: Sequence[str]) -> int:
    """An entry is put, deleted, or deleted and put; entries have keys only, so below 1 KB."""
    old: Any = tuple(before.get(name) for name in key)
    new: Any = tuple(after.get(name) for name in key)
    return 0 if old == new else (None not in old) + (None not in new)
