"""An event's properties as mParticle's custom attributes (pure).

Limits: https://docs.mparticle.com/guides/default-service-limits.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

ATTRIBUTES = 100
NAME_LENGTH = 256
VALUE_LENGTH = 4096


def admissible(properties: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The attributes that mParticle takes, and the names of the properties left out.

    Of too many those with the longest names go: they lie deepest, and mostly repeat what has a name of its own.
    """
    texts = {name: _text(value) for name, value in properties.items()}
    taken = [name for name, text in texts.items() if 0 < len(name) <= NAME_LENGTH and len(text) <= VALUE_LENGTH]
    if len(taken) == len(texts) <= ATTRIBUTES:
        return texts, []
    nearest = set(sorted(taken, key=len)[:ATTRIBUTES])
    fit = {name: text for name, text in texts.items() if name in nearest}
    return fit, [name for name in texts if name not in fit]


def _text(value: Any) -> str:
    """A text as it is, anything else as JSON: of mParticle's two schemas one admits nothing but texts."""
    return value if isinstance(value, str) else to_json(value).decode()
