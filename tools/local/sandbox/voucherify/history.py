"""The effects of the calls, in the order they came about."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Effect:
    """One customer written, event received or customer deleted."""

    at: int
    """Milliseconds since 1970."""
    kind: Literal["customer", "event", "delete"]
    source_id: str | None
    request: int
    """The number of the call in the record of requests."""
    fields: dict[str, Any]
    """The fields of the customer that were sent."""
    event: str | None = None
    metadata: dict[str, Any] | None = None
    """The event's."""


class History:
    """All effects since the start."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []

    def add(self, effect: Effect) -> None:
        """Writes one effect down."""
        self._effects.append(effect)

    def shown(self) -> list[dict[str, Any]]:
        """The effects as JSON."""
        return [asdict(effect) for effect in self._effects]
