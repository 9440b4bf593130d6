"""Many customers at once, and what must be true of them at Voucherify afterwards."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, pairwise
from threading import BoundedSemaphore
from typing import Any

from tests.e2e.hub import Hub

CUSTOMERS = 50
UPDATES = 20
UPDATES_PER_EVENT = 4
REQUESTS_AT_ONCE = 3
AGAIN_SECONDS = 0.5
FIELDS = ("name", "description", "address.city", "metadata.plan")


@dataclass(frozen=True)
class Command:
    """One thing that Segment sends; every value in it is `number`, its place among its customer's commands."""

    source_id: str
    number: int
    is_event: bool

    def fields(self) -> tuple[str, ...]:
        """The customer's fields that it sets."""
        return ("email",) if self.is_event else ("phone", FIELDS[self.number % len(FIELDS)])

    def send(self, hub: Hub, free: BoundedSemaphore) -> int:
        """Sends it as often as it takes, as Segment does after a 503; gives how often that was."""
        for times in count(1):
            with free:
                status = self._send(hub)
            if status != 503:
                break
            time.sleep(AGAIN_SECONDS)
        assert status == 200
        return times

    def _send(self, hub: Hub) -> int:
        text = str(self.number)
        if self.is_event:
            customer = {"source_id": self.source_id, "email": text}
            event = {"customer": customer, "event": "Moved", "metadata": {"number": self.number}, "type": "track"}
            return hub.segment("event", {"referral": {}, "loyalty": {}, **event}).status
        where = FIELDS[self.number % len(FIELDS)].split(".")
        value: Any = text
        for name in reversed(where):
            value = {name: value}
        upsert = {"source_id": self.source_id, "address": {}, "phone": text, "type": "identify"}
        return hub.segment("customer", upsert | value).status


def commands(source_id: str) -> Iterator[Command]:
    """What is sent of one customer: updates, and an event after every few."""
    kinds = [*[False] * UPDATES_PER_EVENT, True] * (UPDATES // UPDATES_PER_EVENT)
    return (Command(source_id, number, is_event) for number, is_event in enumerate(kinds))


def send_all(hub: Hub, source_ids: Sequence[str]) -> Counter[tuple[str, int]]:
    """Sends everybody's commands: all customers at the same time, one customer's commands one after the other.

    Gives how often each command was sent.
    """
    free = BoundedSemaphore(REQUESTS_AT_ONCE)

    def send(source_id: str) -> dict[tuple[str, int], int]:
        return {(source_id, command.number): command.send(hub, free) for command in commands(source_id)}

    times: Counter[tuple[str, int]] = Counter()
    with ThreadPoolExecutor(len(source_ids)) as pool:
        for sent in pool.map(send, source_ids):
            times.update(sent)
    return times
