"""A connection's mapping at work: the values of a message at their targets (pure).

A value goes along the most specific source path that leads to it, and nowhere else; of two values for one target the
one with the more specific source path wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from segment.targets import Path, meant, path

MISSING: Any = object()
"""What is at a path that leads nowhere; null is a value."""


@dataclass(frozen=True)
class Rule:
    """What is at `source` goes to `target`, without what is at the paths `elsewhere` below it."""

    source: Path
    target: Path
    elsewhere: tuple[Path, ...]


def rules(mapping: Mapping[str, str]) -> list[Rule]:
    """The mapping with what its whole objects stand for; the most specific come last."""
    given = {path(source): target for source, target in mapping.items()}
    plain: list[tuple[Path, Path]] = []
    for start in sorted(given, key=len):
        for below, target in meant(given[start]):
            source = start + below
            if not any(len(other) > len(start) and _leads_to(other, source) for other in given):
                plain.append((source, target))
    return [Rule(source, target, _elsewhere(source, plain)) for source, target in plain]


def apply(rules: Iterable[Rule], message: Mapping[str, Any], *, nulls: bool) -> dict[str, Any]:
    """The message's values, like {"customer": {"email": ...}, "event": ...}; nulls only if they are wanted."""
    mapped: dict[str, Any] = {}
    for rule in rules:
        found = at(message, rule.source)
        if found is MISSING or (found is None and not nulls):
            continue
        value = _without(found, rule.elsewhere)
        if value or not found:
            _put(mapped, rule.target, value)
    return mapped


def at(message: Any, source: Path) -> Any:
    """What is at the path, or MISSING."""
    for part in source:
        if not isinstance(message, dict) or part not in message:
            return MISSING
        message = message[part]
    return message


def unclaimed(rules: Iterable[Rule], root: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values at `root` of which no rule takes anything."""
    claimed = {rule.source[1:2] for rule in rules if rule.source[0] == root}
    return {} if () in claimed else {name: value for name, value in values.items() if (name,) not in claimed}


def _elsewhere(source: Path, plain: Iterable[tuple[Path, Path]]) -> tuple[Path, ...]:
    return tuple(other[len(source) :] for other, _ in plain if other != source and _leads_to(source, other))


def _leads_to(start: Path, source: Path) -> bool:
    return source[: len(start)] == start


def _without(value: Any, paths: Iterable[Path]) -> Any:
    """A copy of the value that lacks what is at the paths."""
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, inner in value.items():
        below = [path[1:] for path in paths if path[0] == key]
        if () not in below:
            kept[key] = _without(inner, below) if below else inner
    return kept


def _put(into: dict[str, Any], target: Path, value: Any) -> None:
    """Objects that meet are joined; below what is no object nothing is put, so that its type is still found wrong."""
    *parents, last = target
    for part in parents:
        if into.get(part) is None:
            into[part] = {}
        into = into[part]
        if not isinstance(into, dict):
            return
    old = into.get(last)
    into[last] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
