"""Ids and times as Voucherify writes them."""

from datetime import UTC, datetime
from itertools import count


class Ids:
    """New ids, the same ones in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):018x}"


def iso_time(ms: int) -> str:
    """Milliseconds since 1970 as `2024-03-13T17:35:59.101Z`."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
