"""One value against one definition: its type, parsed from text where that loses nothing, and its bounds (pure).

Types and bounds: https://docs.voucherify.io/prepare/metadata. The table of what is lossless is in docs/metadata.md.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# No leading zeros and no exponent: 007 and 1e5 are names of things as often as numbers.
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_GEOPOINT = re.compile(r"(-?\d{1,2}(?:\.\d+)?), ?(-?\d{1,3}(?:\.\d+)?)", re.ASCII)
_IMAGE_URL = re.compile(r"https?://\S+\.(jpe?g|png)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(T00:00(:00(\.0+)?)?(Z|[+-]00:00)?)?", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_LONGEST_NUMBER = 400
_LONGEST_REASON = 200


class MismatchError(ValueError):
    """The value does not fit its definition; says why without the value."""


def parse(value: Any, definition: Mapping[str, Any]) -> Any:
    """A single value, not None, as its definition wants it; raises MismatchError."""
    kind = definition.get("type")
    parser = _PARSERS.get(str(kind))
    if parser is None:
        raise MismatchError(f"unknown type {kind}")
    parsed = parser(value)
    _check_bounds(parsed, definition)
    return parsed


def kind_of(value: Any) -> str:
    """What kind of JSON value this is."""
    names = {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "list"}
    return names.get(type(value), "null")


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise MismatchError("not a string")


def _number(value: Any) -> int | float:
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value):
        number: int | float = float(value) if "." in value else int(value)
        exact = Decimal(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number, exact = value, Decimal(repr(value))
    else:
        raise MismatchError("not a number")
    if Decimal(repr(_double(number))) != exact:
        raise MismatchError("a number of more digits than Voucherify keeps")
    return number


def _double(number: int | float) -> float:
    """The number as JavaScript would hold it."""
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise MismatchError("not a boolean")


def _date(value: Any) -> str:
    """A moment at midnight UTC says no more than its day, so the day is sent."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not _is_valid(date.fromisoformat, found[1]):
        raise MismatchError("not a date (YYYY-MM-DD)")
    return found[1]


def _datetime(value: Any) -> str:
    if isinstance(value, str) and _DATETIME.fullmatch(value) and _is_valid(datetime.fromisoformat, value):
        return value
    raise MismatchError("not a date and time (ISO 8601)")


def _is_valid(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _geopoint(value: Any) -> str:
    found = _GEOPOINT.fullmatch(value) if isinstance(value, str) else None
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise MismatchError("not a point (latitude,longitude)")
    return found[0]


def _image_url(value: Any) -> str:
    if isinstance(value, str) and _IMAGE_URL.fullmatch(value):
        return value
    raise MismatchError("not the URL of a JPEG or PNG image")


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
    "geopoint": _geopoint,
    "image_url": _image_url,
    "object": _object,
}

# By the kind of value a bound is for; on a value of another kind Voucherify has no use for it either.
_BOUNDS: tuple[tuple[str, type | tuple[type, ...], Callable[[Any, Any], bool]], ...] = (
    ("eq", object, lambda value, allowed: value in allowed),
    ("ne", object, lambda value, forbidden: value not in forbidden),
    ("lt", (int, float), lambda value, bound: value < bound),
    ("lte", (int, float), lambda value, bound: value <= bound),
    ("gt", (int, float), lambda value, bound: value > bound),
    ("gte", (int, float), lambda value, bound: value >= bound),
    ("minLength", str, lambda value, bound: len(value) >= bound),
    ("maxLength", str, lambda value, bound: len(value) <= bound),
    ("exactLength", str, lambda value, bound: len(value) == bound),
)


def _check_bounds(value: Any, definition: Mapping[str, Any]) -> None:
    for name, of, holds in _BOUNDS:
        bound = definition.get(name)
        if bound is not None and isinstance(value, of) and not holds(value, bound):
            raise MismatchError(f"breaks {name} {bound}"[:_LONGEST_REASON])
