"""The scenario `outbound`: Voucherify's events on their way to all CDPs, each posted up to three times."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cdphub.clock import HOUR, MINUTE
from cdphub.outbound.events import CUSTOMER_EVENTS
from tools.simulation.check_outbound import check_outbound
from tools.simulation.failures import TIMED_OUT, UNAVAILABLE, UNREACHABLE
from tools.simulation.outcome import End, Violation, end_of
from tools.simulation.poster import Poster
from tools.simulation.subscribers import CDPS, Subscriber, WayOut
from tools.simulation.webhooks import Happening, happening
from tools.simulation.world import Stack, World

MOST_POSTS = 3
SHARE_OF_BAD = 0.05

TROUBLE_MS = (MINUTE, 5 * MINUTE, 20 * MINUTE)
"""How long things go wrong; events come in the first half of that."""

LONGEST_PAUSE_MS = 10 * MINUTE
OUTAGES = (UNAVAILABLE, UNREACHABLE, TIMED_OUT)


@dataclass(frozen=True)
class Outbound:
    """So many customers, each with so many events; of each CDP one connection wants all types, another some."""

    customers: int
    commands: int
    trouble_ms: Sequence[int] = TROUBLE_MS
    stack = Stack()

    def run(self, world: World) -> End:
        """Plays the scenario until all is quiet."""
        trouble_ms = world.random.choice(self.trouble_ms)
        events = self.begin(world, trouble_ms)
        world.run(trouble_ms, lambda: events.poster.is_done)
        end = end_of(world, [], {})
        return replace(end, found=list(events.check(end)))

    def begin(self, world: World, trouble_ms: int) -> "Events":
        """Connects the CDPs, and has Voucherify post."""
        random = world.random
        way_out, poster = WayOut(world), Poster(world)
        for cdp in CDPS:
            for name, types in (("all", CUSTOMER_EVENTS), ("some", random.sample(CUSTOMER_EVENTS, 6))):
                _upset(world, way_out, way_out.connect(cdp, f"{cdp}-{name}", types), trouble_ms)
        sending_ms = min(trouble_ms, max(TROUBLE_MS)) // 2
        happenings = [
            happening(n, is_bad=random.random() < SHARE_OF_BAD) for n in range(self.customers * self.commands)
        ]
        for each in happenings:
            poster.plan(each, _times(world, sending_ms))
        if world.trouble.rates.partly:
            for subscriber in way_out.subscribers[::2]:
                subscriber.sink.refuse_apart(each.person for each in happenings if each.is_bad)
        way_out.begin()
        return Events(way_out, poster, happenings)


@dataclass(frozen=True)
class Events:
    """Those that are posted, and who wants them."""

    way_out: WayOut
    poster: Poster
    happenings: Sequence[Happening]

    def check(self, end: End) -> Iterator[Violation]:
        """What of them went wrong."""
        letters = [letter for letter in end.letters if letter.direction == "outbound"]
        yield from check_outbound(self.way_out.subscribers, self.happenings, letters, end.history)


def long(customers: int, commands: int) -> Outbound:
    """The same for longer than the hub has patience with a CDP that does not answer."""
    return Outbound(customers, commands, (30 * HOUR,))


def _times(world: World, sending_ms: int) -> Iterable[int]:
    begin, spread_ms = world.random.randint(0, sending_ms), world.random.choice((0, MINUTE, sending_ms))
    return [begin + world.random.randint(0, spread_ms) for _ in range(world.random.randint(1, MOST_POSTS))]


def _upset(world: World, way_out: WayOut, subscriber: Subscriber, trouble_ms: int) -> None:
    """Its CDP fails at every call from time to time, or all the time; and perhaps an operator pauses it for a while."""
    pausing = world.trouble.rates.pause
    if world.trouble.strikes(pausing):
        subscriber.sink.fail_all(world.random.choice(OUTAGES))
    else:
        world.plan_windows(subscriber.sink.fail_all, trouble_ms)
    if world.trouble.strikes(pausing):
        begin = world.random.randint(0, min(trouble_ms, max(TROUBLE_MS)))
        end = begin + world.random.randint(0, LONGEST_PAUSE_MS)
        world.scheduler.after(begin, lambda: way_out.connection(subscriber, state="paused"))
        world.scheduler.after(end, lambda: way_out.connection(subscriber, state="live"))
