"""Many customers at once: what Segment sends about them, and in which order."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import BoundedSemaphore
from typing import Any

from tests.e2e.hub import Hub

UPDATES = 20
UPDATES_PER_EVENT = 4
REQUESTS_AT_ONCE = 3
"""Enough to keep two processors busy: more would only wait in line, until functions time out."""
AGAIN_SECONDS = 0.5

TEXTS = ("name", "description", "address.city", "metadata.plan")


@dataclass(frozen=True)
class Command:
    """One thing that Segment sends; every value in it is `number`, its place among its customer's commands."""

    source_id: str
    number: int
    is_event: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The customer's fields that it sets."""
        return ("email",) if self.is_event else ("phone", TEXTS[self.number % len(TEXTS)])

    def send(self, hub: Hub) -> int:
        """Sends it as often as it takes, as Segment does after a 503; gives how often that was."""
        action, body = self._event() if self.is_event else self._upsert()
        times = 1
        while (status := hub.segment.action(action, body).status) == 503:
            time.sleep(AGAIN_SECONDS)
            times += 1
        assert status == 200
        return times

    def _event(self) -> tuple[str, Any]:
        customer = {"source_id": self.source_id, "email": str(self.number)}
        metadata = {"number": self.number}
        event = {"referral": {}, "loyalty": {}, "metadata": metadata, "event": "Moved", "type": "track"}
        return "event", {"customer": customer, **event}

    def _upsert(self) -> tuple[str, Any]:
        group, _, name = self.fields[1].rpartition(".")
        text = {group: {name: str(self.number)}} if group else {name: str(self.number)}
        identity = {"source_id": self.source_id, "phone": str(self.number), "type": "identify"}
        return "customer", {**identity, "address": {}, **text}


def commands(source_id: str) -> list[Command]:
    """What is sent about one customer: updates, and an event after every few."""
    kinds = [*[False] * UPDATES_PER_EVENT, True] * (UPDATES // UPDATES_PER_EVENT)
    return [Command(source_id, number, is_event) for number, is_event in enumerate(kinds)]


def send_all(
    hub: Hub, source_ids: Sequence[str], after_each: Callable[[int], None] = lambda _: None
) -> Counter[Command]:
    """Sends about all customers at the same time, about one customer one command after the other.

    `after_each` hears how many commands have been accepted. Gives how often each was sent.
    """
    free, accepted = BoundedSemaphore(REQUESTS_AT_ONCE), count(1)
    times: Counter[Command] = Counter()

    def send(source_id: str) -> None:
        for command in commands(source_id):
            with free:
                times[command] = command.send(hub)
            after_each(next(accepted))

    with ThreadPoolExecutor(len(source_ids)) as pool:
        for sent in [pool.submit(send, source_id) for source_id in source_ids]:
            sent.result()
    return times
