"""Names and values as mParticle and its users write them (pure)."""

from typing import Any

from cdphub.lenient import as_text


def plain(name: str) -> str:
    """A name without case and punctuation: "Application ID" and "application_id" -> "applicationid"."""
    return "".join(filter(str.isalnum, name)).casefold()


def as_object(value: Any) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def is_scalar(value: Any) -> bool:
    """Whether the value is a text, a number, a flag or null."""
    return value is None or isinstance(value, str | int | float)


def filled_text(value: Any) -> str | None:
    """A scalar as text; None for anything else, and for a text with nothing in it."""
    text = as_text(value)
    return text if isinstance(text, str) and text.strip() else None


def usable(attributes: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The attributes that are scalars or lists of scalars, as mParticle's are, and the names of the others."""
    kept = {
        name: value
        for name, value in attributes.items()
        if is_scalar(value) or (isinstance(value, list) and all(map(is_scalar, value)))
    }
    return kept, [name for name in attributes if name not in kept]
