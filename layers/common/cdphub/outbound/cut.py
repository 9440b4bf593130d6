"""Making a JSON object short enough, when some limit does not take it whole (pure)."""

from collections.abc import Callable, Iterator
from typing import Any

from cdphub.queues import encode

Path = tuple[str, ...]


def fit(
    make: Callable[[dict[str, Any]], dict[str, Any]], properties: dict[str, Any], most_bytes: int
) -> tuple[str, list[str]]:
    """What `make` makes of the properties, in JSON, and the dotted names of those that were cut, if it was too long.

    Raises ValueError if it is too long however much of them is cut.
    """
    text = encode(make(properties))
    if len(text) <= most_bytes:
        return text, []
    kept, gone = cut(properties, most_bytes - len(text) + len(encode(properties)))
    text = encode(make(kept))
    if len(text) > most_bytes:
        raise ValueError(f"longer than the {most_bytes} bytes that may be sent, whatever is cut")
    return text, gone


def cut(value: dict[str, Any], most_bytes: int) -> tuple[dict[str, Any], list[str]]:
    """The object without its largest parts, at most so long when encoded, and the dotted names of what was cut.

    A part is a scalar, a list or an empty object, wherever it is; so what is cut is few and large, and ids stay.
    """
    excess = len(encode(value)) - most_bytes
    if excess <= 0:
        return value, []
    gone: set[Path] = set()
    for size, path in sorted(_parts(value, ()), reverse=True):
        gone.add(path)
        excess -= size
        if excess <= 0:
            break
    return _without(value, gone, ()), sorted(".".join(path) for path in gone)


def _parts(value: dict[str, Any], path: Path) -> Iterator[tuple[int, Path]]:
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _parts(inner, (*path, name))
        else:
            # Without the comma, which the only part of an object does not have.
            yield len(encode({name: inner})) - 2, (*path, name)


def _without(value: dict[str, Any], gone: set[Path], path: Path) -> dict[str, Any]:
    return {
        name: _without(inner, gone, (*path, name)) if isinstance(inner, dict) else inner
        for name, inner in value.items()
        if (*path, name) not in gone
    }
