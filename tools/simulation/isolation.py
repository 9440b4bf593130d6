"""The scenarios `isolation` and `neighbours`: who is dead delays no other (G5).

Each is played twice, with and without the trouble, in a world without chance: events that reach the others do so at the
same times.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cdphub.clock import MINUTE, SECOND
from cdphub.outbound.events import CUSTOMER_EVENTS
from tools.simulation.check_outbound import check_outbound
from tools.simulation.failures import THROTTLED, TIMED_OUT, UNREACHABLE, Failure
from tools.simulation.outcome import End, Violation, end_of
from tools.simulation.poster import Poster
from tools.simulation.subscribers import CDPS, Subscriber, WayOut
from tools.simulation.webhooks import Happening
from tools.simulation.world import Stack, World

ILL = {"mparticle": UNREACHABLE, "bloomreach": THROTTLED}

EVERY_MS = 100
RUSH_MS = 10
"""Between two events; and between two of those that are to wait."""

WAITING, *OTHERS = CUSTOMER_EVENTS
TIMES = 2
"""So many times as many events wait for the dead neighbour."""

STILL_MS = 10 * MINUTE
"""So long the trouble goes on after the last event."""

SLIGHTLY_MS = SECOND
"""An event may be this much later if another connection keeps the instances busy: a new one has to read up first."""


@dataclass(frozen=True)
class Isolation:
    """So many customers, each with so many events, while some of the CDPs are ill."""

    customers: int
    commands: int
    stack = Stack(calm=True)

    def run(self, world: World) -> End:
        """Plays the scenario without the trouble, and then with it."""
        number = self.customers * self.commands
        plan = {Happening(n, CUSTOMER_EVENTS[n % len(CUSTOMER_EVENTS)]): n * EVERY_MS for n in range(number)}
        connections = {cdp: (cdp, CUSTOMER_EVENTS) for cdp in CDPS}
        return _compared(world, _Play(connections, plan, ILL), 0)


@dataclass(frozen=True)
class Neighbours:
    """The same with two connections of one CDP, of which one is dead, and twice as many events wait for it already."""

    customers: int
    commands: int
    stack = Stack(calm=True)

    def run(self, world: World) -> End:
        """Plays the scenario without the trouble, and then with it."""
        number = self.customers * self.commands
        waiting = {Happening(n, WAITING): n * RUSH_MS for n in range(TIMES * number)}
        begin, first = len(waiting) * RUSH_MS + MINUTE, len(waiting)
        plan = {Happening(first + n, OTHERS[n % len(OTHERS)]): begin + n * EVERY_MS for n in range(number)}
        connections = {"well": ("segment", OTHERS), "ill": ("segment", CUSTOMER_EVENTS)}
        return _compared(world, _Play(connections, waiting | plan, {"ill": TIMED_OUT}), SLIGHTLY_MS)


@dataclass(frozen=True)
class _Play:
    """Connections by name, each with its CDP and what it wants; what happens when; and who is ill in which way."""

    connections: Mapping[str, tuple[str, Sequence[str]]]
    plan: Mapping[Happening, int]
    ill: Mapping[str, Failure]

    @property
    def trouble_ms(self) -> int:
        return max(self.plan.values()) + STILL_MS

    def play(self, world: World) -> tuple[End, list[Subscriber]]:
        """Until all is quiet."""
        way_out, poster = WayOut(world), Poster(world)
        for name, (cdp, types) in self.connections.items():
            subscriber = way_out.connect(cdp, name, types)
            subscriber.sink.fail_all(self.ill.get(name))
        for happening, time_ms in self.plan.items():
            poster.plan(happening, [time_ms])
        way_out.begin()
        world.run(self.trouble_ms, lambda: poster.is_done)
        end = end_of(world, [], {})
        found = check_outbound(way_out.subscribers, list(self.plan), end.letters, world.history)
        died = [Violation("G1", letter.connection, f"died: {letter.reason}") for letter in end.letters]
        return replace(end, found=[*found, *died]), way_out.subscribers


def _compared(world: World, play: _Play, slightly_ms: int) -> End:
    """Judges the trouble in `world` by a world without it."""
    before, without = replace(play, ill={}).play(world.again())
    end, with_trouble = play.play(world)
    late: list[Violation] = []
    for well, other in zip(without, with_trouble, strict=True):
        if well.id not in play.ill:
            late += _late(well, other, slightly_ms)
    return replace(end, found=[*before.found, *end.found, *late])


def _late(before: Subscriber, after: Subscriber, slightly_ms: int) -> Iterator[Violation]:
    for person, arrived_ms in after.sink.arrived_ms.items():
        late_ms = arrived_ms - before.sink.arrived_ms[person]
        if late_ms > slightly_ms:
            yield Violation("G5", person, f"reached {after.id} {late_ms} ms later than without the trouble")
