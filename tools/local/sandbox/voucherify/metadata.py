"""Values against their definitions (https://docs.voucherify.io/prepare/metadata)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from tools.local.sandbox.voucherify.errors import RefusedError, invalid_metadata
from tools.local.sandbox.voucherify.schemas import Property, Schema, Schemas

Metadata = Mapping[str, Any]

_GEOPOINT = re.compile(r"-?\d+(\.\d+)?, ?-?\d+(\.\d+)?")
_IMAGE = re.compile(r"https?://.+\.(jpe?g|png)", re.IGNORECASE)


def _parses(parse: Callable[[str], object], value: Any) -> bool:
    try:
        parse(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("must be a string", _is_text),
    "number": ("must be a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "boolean": ("must be a boolean", lambda value: isinstance(value, bool)),
    "object": ("must be an object", lambda value: isinstance(value, dict)),
    "date": ("must be a date", lambda value: _parses(date.fromisoformat, value)),
    "datetime": ("must be a date and time", lambda value: _parses(datetime.fromisoformat, value) and "T" in value),
    "geopoint": ("must be a geopoint", lambda value: _is_text(value) and bool(_GEOPOINT.fullmatch(value))),
    "image_url": (
        "must be a URL pointing to JPG/JPEG or PNG resource",
        lambda value: _is_text(value) and bool(_IMAGE.fullmatch(value)),
    ),
}

_BOUNDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "eq": ("must be equal to one of {}", lambda value, allowed: value in allowed),
    "ne": ("must not be equal to any of {}", lambda value, forbidden: value not in forbidden),
    "lt": ("must be less than {}", lambda value, bound: value < bound),
    "lte": ("must be less than or equal to {}", lambda value, bound: value <= bound),
    "gt": ("must be greater than {}", lambda value, bound: value > bound),
    "gte": ("must be greater than or equal to {}", lambda value, bound: value >= bound),
    "min_length": ("must have at least {} characters", lambda value, length: len(value) >= length),
    "max_length": ("must have at most {} characters", lambda value, length: len(value) <= length),
    "exact_length": ("must have exactly {} characters", lambda value, length: len(value) == length),
}


def merged(before: Metadata, sent: Metadata, schema: Schema, schemas: Schemas) -> dict[str, Any]:
    """What is stored after `sent`; raises the refusal of the first key that does not fit the schema.

    Undefined keys are stored as text, unless the schema allows defined ones only.
    """
    rules = schema.defined()
    after = dict(before)
    for name, value in sent.items():
        if name in rules:
            _check(name, value, rules[name], schemas)
            after[name] = value
        elif schema.allow_defined_only:
            raise invalid_metadata(f"{name}: is not defined in the metadata schema")
        else:
            after[name] = _as_text(value)
    for name, rule in rules.items():
        if not rule.optional and after.get(name) is None:
            raise _unfit(name, after.get(name), rule)
    return after


def _check(name: str, value: Any, rule: Property, schemas: Schemas) -> None:
    if value is None:
        return
    if rule.array != isinstance(value, list):
        raise _unfit(name, value, rule)
    for one in value if rule.array else [value]:
        if not _fits(one, rule):
            raise _unfit(name, value, rule)
        if rule.object_type:
            merged({}, one, schemas.of(rule.object_type), schemas)


def _fits(value: Any, rule: Property) -> bool:
    _, is_of_type = _TYPES[rule.type]
    return is_of_type(value) and all(within(value, bound) for _, bound, within in _bounds(rule))


def _bounds(rule: Property) -> list[tuple[str, Any, Callable[[Any, Any], bool]]]:
    bounds = ((words, getattr(rule, name), within) for name, (words, within) in _BOUNDS.items())
    return [(words, bound, within) for words, bound, within in bounds if bound is not None]


def _unfit(name: str, value: Any, rule: Property) -> RefusedError:
    """Such as `plan: must be a string, property is required (actual value is '5')`: the whole definition is named."""
    words = [f"must be an array: {_TYPES[rule.type][0]}" if rule.array else _TYPES[rule.type][0]]
    words += [] if rule.optional else ["property is required"]
    words += [
        text.format(",".join(map(str, bound)) if isinstance(bound, list) else bound) for text, bound, _ in _bounds(rule)
    ]
    return invalid_metadata(f"{name}: {', '.join(words)} (actual value is '{value}')")


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
