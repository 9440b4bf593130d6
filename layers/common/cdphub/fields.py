"""A customer's fields from what a CDP sent (pure): rules that all mappings share.

A field that is not sent is left alone, and so is one that is null unless the connection's `null_clears` says otherwise:
CDPs send null for what they do not know. An empty string is a value like any other.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from cdphub.schema import Customer

_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].+)?")


def customer(fields: Mapping[str, Any], *, null_clears: bool) -> Customer:
    """The customer that the fields of the canonical schema make; raises pydantic.ValidationError."""
    given = dict(fields)
    if not null_clears:
        given = without_nulls(given)
        given |= {name: without_nulls(given[name]) for name in ("address", "metadata") if name in given}
    return Customer.model_validate({name: value for name, value in given.items() if value != {}})


def without_nulls(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is not null."""
    return {name: value for name, value in fields.items() if value is not None}


def name_of(parts: Collection[str | None]) -> dict[str, str | None]:
    """The field `name` of what was sent of first and last name: what is not empty of them, null if that is gone."""
    if name := " ".join(part for part in parts if part):
        return {"name": name}
    return {"name": None} if None in parts else {}


def calendar_date(text: str) -> str | None:
    """The date that an ISO 8601 date or time begins with, as it is written there, whatever the offset; else None."""
    match = _DATE.fullmatch(text)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return match[1] if match else None


def dated(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields with the birthdate as a calendar date, and the names of what is left out for being none."""
    text = fields.get("birthdate")
    if text is None:
        return dict(fields), []
    date = calendar_date(text)
    if date is None:
        return {name: value for name, value in fields.items() if name != "birthdate"}, ["birthdate"]
    return {**fields, "birthdate": date}, []
