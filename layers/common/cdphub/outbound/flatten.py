"""How an event's data becomes properties: one rule for all CDPs (pure).

Top-level objects stay; inside them there are only scalars and lists of scalars. What lies deeper gets the names on its
path joined by `_` (`redemption.order.amount` -> `redemption.order_amount`), and gives way to what already has that
name. A list of anything else becomes a JSON text, and its length `..._count`. Nulls are left out. Of customers and
campaigns only what identifies them is kept.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

KEPT = {
    "customer": ("id", "source_id", "email", "name"),
    "campaign": ("id", "name", "created_at", "type", "active"),
}


def flatten(data: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of an event with this data."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, dict):
            inside = _inside(_kept(name, value))
            if inside:
                flat[name] = inside
        elif isinstance(value, list):
            flat |= _told(name, value)
        elif value is not None:
            flat[name] = value
    return flat


def one_level(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Flattened properties without objects: `voucher.code` becomes `voucher_code`, and gives way to one called that."""
    plain = {name: value for name, value in properties.items() if not isinstance(value, dict)}
    for name, value in properties.items():
        if isinstance(value, dict):
            plain = {f"{name}_{inner}": part for inner, part in value.items()} | plain
    return plain


def _inside(value: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    objects = deque([("", value)])
    while objects:
        prefix, members = objects.popleft()
        for name, inner in members.items():
            if isinstance(inner, dict):
                objects.append((f"{prefix}{name}_", _kept(name, inner)))
            elif isinstance(inner, list):
                for told, part in _told(prefix + name, inner).items():
                    flat.setdefault(told, part)
            elif inner is not None:
                flat.setdefault(prefix + name, inner)
    return flat


def _kept(name: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    names = KEPT.get(name)
    return {kept: value[kept] for kept in names if kept in value} if names else value


def _told(name: str, items: list[Any]) -> dict[str, Any]:
    if any(isinstance(item, dict | list) or item is None for item in items):
        return {name: to_json(items).decode(), f"{name}_count": len(items)}
    return {name: items}
