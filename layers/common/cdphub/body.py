"""A request's body as a model or as plain JSON, or why not."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

Body = TypeVar("Body", bound=BaseModel)

# Pydantic's own words speak of Python.
_WORDS = {
    "missing": "is missing",
    "string_type": "must be a text",
    "dict_type": "must be an object",
    "model_type": "must be an object",
}


class RefusedError(Exception):
    """The request cannot be accepted: `field` is wrong (`body`: it is not JSON or too long) because of `reason`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    @classmethod
    def of(cls, error: ValidationError) -> "RefusedError":
        """The first error that pydantic found, without the value it found."""
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        reason = _WORDS.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        return cls(field[:100] or "body", reason[:200])


def read(model: type[Body], body: bytes) -> Body:
    """The JSON body as `model`; raises RefusedError, also for what JSON's grammar does not know (NaN)."""
    try:
        return model.model_validate(from_json(body, allow_inf_nan=False))
    except ValidationError as error:
        raise RefusedError.of(error) from None
    except ValueError as error:
        raise RefusedError("body", f"must be JSON: {error}") from None


def read_any(body: bytes, *, allow_nan: bool = False, finite: bool = True) -> Any:
    """The JSON body, whatever it is; raises RefusedError, also for numbers like 1e999, which readers take for infinity.

    Half characters, which JavaScript's JSON can hold but UTF-8 cannot, become question marks. `allow_nan` admits NaN
    and infinity, which Python's JSON can hold, for a reader that judges each of many items by itself; without `finite`
    such a reader gets numbers like 1e999, which are JSON.
    """
    value = _parsed(body, allow_nan=allow_nan)
    if finite and not allow_nan:
        try:
            json.dumps(value, allow_nan=False)
        except ValueError:
            raise RefusedError("body", "must not have numbers that JSON's readers cannot hold") from None
    return value


def _parsed(body: bytes, *, allow_nan: bool) -> Any:
    try:
        return from_json(body, allow_inf_nan=allow_nan)
    except ValueError as error:
        wrong = str(error)
    try:
        whole = json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")
        return from_json(whole, allow_inf_nan=allow_nan)
    except (ValueError, RecursionError):
        raise RefusedError("body", f"must be JSON: {wrong}") from None
