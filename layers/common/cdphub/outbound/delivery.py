"""The message that brings one event to one connection."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cdphub import order
from cdphub.clock import HOUR
from cdphub.outbound.events import Event
from cdphub.queues import Message

PATIENCE_MS = 24 * HOUR


class Delivery(BaseModel):
    """An event on its way: how often it has been tried, and since when (None: not yet).

    `accepted_ms` is when its webhook came; `customer` the outbox's partition key of the person it is about, if that
    person has a source_id. Times are hub milliseconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: Literal[1] = 1
    trace_id: str
    project: str
    connection: str
    accepted_ms: int
    customer: str | None = None
    event: Event
    attempts: int = 0
    first_ms: int | None = None

    @property
    def id(self) -> str:
        """The same at every attempt; by it vendors drop repeats, some of them across all of their accounts."""
        key = f"{self.project}#{self.connection}#{self.event.key}"
        return f"vf-{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    @property
    def key(self) -> str:
        """Its key in the backlog: its place among all that was accepted comes first, so that erasure can compare."""
        return f"{order.place(self.accepted_ms, self.trace_id, 0)}#{self.id}"

    def since(self, now_ms: int) -> int:
        """When it was first tried, which is now if it never was."""
        return now_ms if self.first_ms is None else self.first_ms

    def after_attempt(self, now_ms: int) -> "Delivery":
        """The delivery after one more attempt."""
        return self.model_copy(update={"attempts": self.attempts + 1, "first_ms": self.since(now_ms)})

    def waiting(self, now_ms: int) -> "Delivery":
        """The delivery that would have been tried now, if its connection had not been paused."""
        return self.model_copy(update={"first_ms": self.since(now_ms)})

    def untried(self) -> "Delivery":
        """The delivery as if it had never been tried."""
        return self.model_copy(update={"attempts": 0, "first_ms": None})

    def is_too_late(self, now_ms: int) -> bool:
        """Whether it has been tried for as long as it may be."""
        return now_ms - self.since(now_ms) >= PATIENCE_MS

    def message(self, delay_ms: int = 0) -> Message:
        """The delivery as a message; connections share a CDP's queue fairly."""
        return Message(self.model_dump(mode="json"), delay_seconds=delay_ms / 1000, group=self.connection)


def queue_of(cdp: str) -> str:
    """The queue of a CDP's deliver function."""
    return f"deliver-{cdp}"
