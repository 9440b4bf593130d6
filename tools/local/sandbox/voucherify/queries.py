"""Queries in OpenAPI's form deepObject: `customer[source_id]=ana&customer[metadata][plan]=gold`."""

from collections.abc import Mapping
from typing import Any


def nested(query: Mapping[str, str]) -> dict[str, Any]:
    """The query as the object it describes; a text gives way to an object of the same name."""
    found: dict[str, Any] = {}
    for name, value in query.items():
        *path, last = name.replace("]", "").split("[")
        place = found
        for part in path:
            if not isinstance(place.get(part), dict):
                place[part] = {}
            place = place[part]
        place[last] = value
    return found
