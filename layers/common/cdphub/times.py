"""Times as ISO 8601 texts in UTC, to the millisecond (pure)."""

from datetime import UTC, datetime
from typing import Any


def utc(ms: int) -> str:
    """Milliseconds since 1970 as text: `2026-03-02T09:14:58.600Z`."""
    return _text(datetime.fromtimestamp(ms / 1000, UTC))


def as_utc(value: Any) -> str | None:
    """A time in any form of ISO 8601, in UTC if it says nothing else; None if it is no time."""
    try:
        time = datetime.fromisoformat(value)
        return _text(time.astimezone(UTC) if time.tzinfo else time)
    except (TypeError, ValueError, OverflowError):
        return None


def milliseconds(text: str) -> int:
    """What `utc` and `as_utc` have made a text of: milliseconds since 1970."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _text(time: datetime) -> str:
    return time.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
