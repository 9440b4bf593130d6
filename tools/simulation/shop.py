"""The scenario `shop`: the hub's backlog drains while a shop spends its part of a small limit, evenly or in bursts."""

from dataclasses import dataclass
from random import Random

from cdphub.api import Request
from cdphub.clock import DAY, MINUTE
from tools.simulation.dialects import BATCHES, Item, as_batch
from tools.simulation.outcome import End, end_of
from tools.simulation.sender import Sender
from tools.simulation.world import Stack, World
from voucherify.worker import FEWEST_IN_BULK

CALLS = 100
SHOPS_CALLS = 40
RUSH = 60
"""A minute: all there are, those of the shop, and those of its rush."""

BATCH = 50
ACCEPTED_MS = 2 * MINUTE
TROUBLE_MS = 20 * MINUTE


class Checkouts:
    """The shop: each minute its calls come evenly, all at once, or at random.

    Or in a rush, with more than its part in the first moment, when the hub has had nothing yet: it may have that too.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        """Calls from the next whole minute on, for good."""
        self._world.scheduler.after(MINUTE - self._world.now_ms() % MINUTE, self._minute)

    def _minute(self) -> None:
        random = self._world.random
        even = [number * MINUTE // SHOPS_CALLS for number in range(SHOPS_CALLS)]
        burst = [random.randrange(MINUTE)] * SHOPS_CALLS
        anyhow = [random.randrange(MINUTE) for _ in range(SHOPS_CALLS)]
        rush = [0] * RUSH + even[::2]
        for wait_ms in random.choice((even, burst, anyhow, rush)):
            self._world.scheduler.after(wait_ms, self._call)
        self._world.scheduler.after(MINUTE, self._minute)

    def _call(self) -> None:
        counts = self._world.history.counts
        counts["shop_calls"] += 1
        counts["shop_refused"] += not self._world.vendor.checkout()


@dataclass(frozen=True)
class Shop:
    """So many customers, each with so many updates, every fifth with an event too; all accepted in a few minutes.

    `fewest_in_bulk` customers and more go in a bulk job.
    """

    customers: int
    commands: int
    fewest_in_bulk: int = FEWEST_IN_BULK

    @property
    def stack(self) -> Stack:
        return Stack(CALLS, apply_workers=10, fewest_in_bulk=self.fewest_in_bulk, patience_ms=2 * DAY)

    def run(self, world: World) -> End:
        """Plays the scenario until the backlog is applied."""
        began = world.now_ms()
        customers = [f"customer-{number}" for number in range(self.customers)]
        requests = self._requests(world.random, customers)
        sender = Sender(world, BATCHES, requests, ACCEPTED_MS // len(requests))
        sender.start()
        Checkouts(world).begin()
        world.run(TROUBLE_MS, lambda: sender.is_done)
        drained_ms = max(call.landed_ms or 0 for call in world.history.landed)
        world.history.counts.update(calls=len(world.history.calls), minutes=(drained_ms - began) // MINUTE)
        return end_of(world, customers, {})

    def _requests(self, random: Random, customers: list[str]) -> list[Request]:
        items = [update(source_id, number) for number in range(self.commands) for source_id in customers]
        items += [event(source_id) for source_id in customers[::5]]
        random.shuffle(items)
        return [as_batch(items[begin : begin + BATCH]) for begin in range(0, len(items), BATCH)]


def singly(customers: int, commands: int) -> Shop:
    """The same without bulk jobs."""
    return Shop(customers, commands, fewest_in_bulk=customers + 1)


def update(source_id: str, number: int) -> Item:
    """An update of a customer that no other equals."""
    return {"kind": "upsert", "customer": {"source_id": source_id, "name": f"{source_id}-{number}"}}


def event(source_id: str) -> Item:
    return {"kind": "track", "customer": {"source_id": source_id}, "event": "visited", "metadata": {"n": source_id}}
