"""Types for what CDPs send, lenient where the meaning is plain."""

import json
import math
from typing import Annotated, Any

from pydantic import BeforeValidator


def as_text(value: Any) -> Any:
    """The text that a number or a flag stands for; anything else as it is."""
    is_scalar = isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
    return json.dumps(value) if is_scalar else value


def _as_object(value: Any) -> Any:
    return {} if value in (None, "") else value


Scalar = BeforeValidator(as_text)
"""A number or a flag stands for its text, as it does in the CDPs' own clients and templates."""

Object = BeforeValidator(_as_object)
"""Null and an empty text stand for an object with nothing in it."""

Text = Annotated[str, Scalar]
