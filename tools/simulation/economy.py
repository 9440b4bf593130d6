"""The scenario `economy`: many single updates of the same customers at once cost few calls; before, each is quick."""

from dataclasses import dataclass
from random import Random

from cdphub import order
from cdphub.api import Request
from cdphub.clock import HOUR, MINUTE
from tools.simulation.dialects import BATCHES, as_batch
from tools.simulation.outcome import End, end_of
from tools.simulation.sender import Sender
from tools.simulation.shop import update
from tools.simulation.world import Stack, World
from voucherify.worker import FEWEST_IN_BULK

QUIET = 20
"""So many customers, one after the other, are updated in the minute before the rush."""

SENDERS = 10


@dataclass(frozen=True)
class Economy:
    """So many customers, and as many calls a minute; each with so many updates within a minute, one in a request."""

    customers: int
    commands: int

    @property
    def stack(self) -> Stack:
        return Stack(self.customers, apply_workers=10, fewest_in_bulk=FEWEST_IN_BULK, patience_ms=HOUR)

    def run(self, world: World) -> End:
        """Plays the scenario until all is applied; counts calls, and the most milliseconds that a quiet update took."""
        quiet = [f"quiet-{number}" for number in range(QUIET)]
        rush = [f"customer-{number}" for number in range(self.customers)]
        first = Sender(world, BATCHES, [as_batch([update(name, 0)]) for name in quiet], MINUTE // QUIET)
        first.start()
        requests = self._requests(world.random, rush)
        senders = [
            Sender(world, BATCHES, requests[number::SENDERS], SENDERS * MINUTE // len(requests))
            for number in range(SENDERS)
        ]
        for sender in senders:
            world.scheduler.after(2 * MINUTE, sender.start)
        world.run(0, lambda: all(sender.is_done for sender in (first, *senders)))
        calls = sum(call.customer.get("source_id") not in quiet for call in world.history.calls)
        world.history.counts.update(calls=calls, slowest_ms=max(_took_ms(world, name) for name in quiet))
        return end_of(world, [*quiet, *rush], {})

    def _requests(self, random: Random, customers: list[str]) -> list[Request]:
        items = [update(source_id, number) for number in range(self.commands) for source_id in customers]
        random.shuffle(items)
        return [as_batch([item]) for item in items]


def _took_ms(world: World, source_id: str) -> int:
    """The time from the acceptance of a customer's only update to its effect."""
    (entry,) = world.ledger.of(source_id)
    landed = next(call for call in world.history.landed if call.customer["source_id"] == source_id)
    return (landed.landed_ms or 0) - order.accepted_ms(entry.places[0])
