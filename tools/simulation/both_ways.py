"""The scenario `both-ways`: commands on their way in and events on their way out, through one stack."""

from dataclasses import dataclass, replace

from cdphub.clock import MINUTE
from tools.simulation.inbound import Inbound
from tools.simulation.outbound import Outbound
from tools.simulation.outcome import End
from tools.simulation.world import Stack, World

TROUBLE_MS = (5 * MINUTE, 20 * MINUTE, 90 * MINUTE)
"""How long things go wrong."""

EVENTS_PER_CUSTOMER = 8


@dataclass(frozen=True)
class BothWays:
    """So many customers, each with so many commands; and eight events for each of them."""

    customers: int
    commands: int
    stack = Stack()

    @property
    def events(self) -> int:
        """How many there are."""
        return self.customers * EVENTS_PER_CUSTOMER

    def run(self, world: World) -> End:
        """Plays both scenarios until all is quiet."""
        trouble_ms = world.random.choice(TROUBLE_MS)
        way_in = Inbound(self.customers, self.commands)
        senders = way_in.begin(world, trouble_ms)
        events = Outbound(self.customers, EVENTS_PER_CUSTOMER).begin(world, trouble_ms)
        world.run(trouble_ms, lambda: events.poster.is_done and all(sender.is_done for sender in senders))
        world.history.counts["events"] = self.events
        end = way_in.end(world)
        return replace(end, found=list(events.check(end)))
