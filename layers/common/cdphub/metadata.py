"""Which metadata Voucherify will take: only what the project's schema defines, only values that match the type.

A schema is what `GET /v1/metadata-schemas/customer` gives under `properties`:
https://docs.voucherify.io/api-reference/metadata-schemas. A value that is text is parsed when that loses nothing
("500" -> 500). Nothing is guessed: what does not fit is omitted, and named with the reason.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Properties = Mapping[str, Mapping[str, Any]]

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d{1,15})?")
_GEOPOINT = re.compile(r"-?\d{1,2}(\.\d+)?, ?-?\d{1,3}(\.\d+)?")
_IMAGE_URL = re.compile(r"https?://\S+\.(jpe?g|png)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\S+")


@dataclass(frozen=True)
class Omitted:
    """A metadata key that is not sent, why, and what kind of value it had; never the value."""

    key: str
    reason: str
    observed: str


class MismatchError(ValueError):
    """The value does not fit its definition."""


def conform(metadata: Mapping[str, Any], properties: Properties) -> tuple[dict[str, Any], list[Omitted]]:
    """What can be sent of `metadata`, and what must be omitted."""
    kept: dict[str, Any] = {}
    omitted: list[Omitted] = []
    for key, value in metadata.items():
        definition = properties.get(key)
        if definition is None or definition.get("deleted"):
            omitted.append(Omitted(key, "undefined", _kind(value)))
            continue
        try:
            kept[key] = fit(value, definition)
        except MismatchError as mismatch:
            omitted.append(Omitted(key, str(mismatch), _kind(value)))
    return kept, omitted


def fit(value: Any, definition: Mapping[str, Any]) -> Any:
    """The value as its definition wants it; None clears. Raises MismatchError."""
    if value is None:
        return None
    if definition.get("array"):
        if not isinstance(value, list):
            raise MismatchError("not a list")
        return [_one(item, definition) for item in value]
    return _one(value, definition)


def _one(value: Any, definition: Mapping[str, Any]) -> Any:
    parse = _PARSERS.get(definition["type"])
    if parse is None:
        raise MismatchError(f"unknown type {definition['type']}")
    parsed = parse(value)
    _check_bounds(parsed, definition)
    return parsed


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise MismatchError("not a string")


def _number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    raise MismatchError("not a number")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise MismatchError("not a boolean")


def _date(value: Any) -> str:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            date.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise MismatchError("not a date (YYYY-MM-DD)")


def _datetime(value: Any) -> str:
    try:
        if isinstance(value, str) and _DATETIME.fullmatch(value):
            datetime.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise MismatchError("not a date and time (ISO 8601)")


def _pattern(pattern: re.Pattern[str], kind: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise MismatchError(f"not {kind}")

    return parse


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise MismatchError("not an object")


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "geopoint": _pattern(_GEOPOINT, "a point (latitude,longitude)"),
    "image_url": _pattern(_IMAGE_URL, "the URL of a JPEG or PNG image"),
    "object": _object,
}

_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, allowed: value in allowed,
    "ne": lambda value, forbidden: value not in forbidden,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "exactLength": lambda value, bound: len(value) == bound,
}


def _check_bounds(value: Any, definition: Mapping[str, Any]) -> None:
    for name, holds in _BOUNDS.items():
        bound = definition.get(name)
        if bound is not None and not holds(value, bound):
            raise MismatchError(f"breaks {name} {bound}")


def _kind(value: Any) -> str:
    names = {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "list"}
    return names.get(type(value), "null")
