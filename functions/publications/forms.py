"""The forms that a call for a publication may come in, as one JSON object (pure).

Iterable asks by a query in OpenAPI's form deepObject, `customer[source_id]=ana`, Bloomreach by a JSON object, Braze by
a form, or by a JSON object whose values, as in a form, are all texts.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from cdphub.api import Request
from cdphub.body import RefusedError, read_any

MOST_BYTES = 64_000
"""Of a body: written in ASCII, as SQS gets it, it is four times as long at most, and fits into a message."""

_NAME = re.compile(r"[^\[\]]+(\[[^\[\]]+\]){0,4}")


def asked(request: Request) -> dict[str, Any]:
    """What the query asks for, and what the body does, which wins; raises RefusedError."""
    query = nested(_pairs(request.query))
    return query if request.method == "GET" else query | nested(_items(request))


def nested(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The object that names like `customer[source_id]` describe; another name is taken as it is.

    The last of several values counts, but an object wins over a text.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+", name) if _NAME.fullmatch(name) else [name]
        place = found
        for part in path[:-1]:
            inner = place.get(part)
            place[part] = place = inner if isinstance(inner, dict) else {}
        if not isinstance(place.get(path[-1]), dict):
            place[path[-1]] = value
    return found


def _items(request: Request) -> Iterable[tuple[str, Any]]:
    if len(request.body) > MOST_BYTES:
        raise RefusedError("body", f"must not have more than {MOST_BYTES} bytes")
    text = request.body.strip()
    is_form = "x-www-form-urlencoded" in request.headers.get("content-type", "")
    if not text or (is_form and not text.startswith(b"{")):
        return _pairs(text.decode(errors="replace"))
    body = read_any(text)
    if not isinstance(body, dict):
        raise RefusedError("body", "must be an object")
    return body.items()


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="replace")
