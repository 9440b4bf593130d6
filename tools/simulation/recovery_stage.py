"""A project, a CDP of it that may fail, and everybody who is to notice nothing: what arrives, and how soon."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cdphub import order
from cdphub.api import Request
from cdphub.clock import HOUR
from cdphub.connections import Project
from tools.simulation.check_outbound import check_outbound
from tools.simulation.checks import check
from tools.simulation.dialects import BATCHES, SEGMENT, as_batch, as_segment
from tools.simulation.outcome import End, Violation, end_of
from tools.simulation.poster import Poster
from tools.simulation.sender import Cdp, Sender
from tools.simulation.shop import event, update
from tools.simulation.subscribers import Subscriber, WayOut
from tools.simulation.webhooks import happening
from tools.simulation.world import PROJECT, World

OTHER = Project(id="other", name="Other", api_url="https://other.test")
COMMANDS = 5
"""A customer's: four updates and an event."""

REQUESTS = 3_000
"""In about so many come all commands of the project."""

BEFORE_MS = AFTER_MS = HOUR
"""All goes well so long before and after the trouble."""

COMMANDS_IN, THE_CDP = "the project's commands", "its events to Braze"
OTHER_CONNECTION, OTHER_CDP = "its events to a second Braze", "its events to Segment"
OTHER_COMMANDS, OTHER_EVENTS = "another project's commands", "another project's events to Braze"


@dataclass(frozen=True)
class Flow:
    """How much was accepted, when what arrived was accepted and arrived, and how much died of which reason."""

    name: str
    accepted: int
    arrivals: Sequence[tuple[int, int]]
    dead: Counter[str] = field(default_factory=Counter)

    def p95_ms(self) -> int:
        """From acceptance to arrival."""
        took = sorted(arrived - accepted for accepted, arrived in self.arrivals)
        return took[math.ceil(0.95 * len(took)) - 1]

    def caught_up_ms(self, over_ms: int) -> int:
        """How long after a trouble was over the last arrived that was accepted before."""
        return max(arrived for accepted, arrived in self.arrivals if accepted < over_ms) - over_ms


class Stage:
    """The stack, and all who send; `customers` of the project, and as many deliveries of each neighbour as `others`."""

    def __init__(self, world: World, customers: int, others: int, lasting_ms: int) -> None:
        self.world = world
        world.add_project(OTHER)
        self._customers = [f"customer-{number}" for number in range(customers)]
        self._neighbours = [f"neighbour-{number}" for number in range(others)]
        self._span_ms = BEFORE_MS + lasting_ms + AFTER_MS
        self._way_out = WayOut(world)
        self.cdp = self._way_out.connect("braze", "braze")
        self._subscribers = {
            THE_CDP: self.cdp,
            OTHER_CONNECTION: self._way_out.connect("braze", "braze-2"),
            OTHER_CDP: self._way_out.connect("segment", "events"),
            OTHER_EVENTS: self._way_out.connect("braze", "other-braze", project=OTHER.id),
        }
        self._posters = {PROJECT.id: Poster(world), OTHER.id: Poster(world, OTHER.id)}
        self._happenings = {
            PROJECT.id: [happening(number) for number in range(others)],
            OTHER.id: [happening(others + number) for number in range(others)],
        }

    def play(self) -> End:
        """Until all is quiet."""
        self._post()
        self._way_out.begin()
        senders = [
            self._sender(BATCHES, _requests(self._customers), PROJECT.id),
            self._sender(SEGMENT, [as_segment(update(name, 0)) for name in self._neighbours], OTHER.id),
        ]
        waiting: list[Sender | Poster] = [*senders, *self._posters.values()]
        self.world.run(self._span_ms, lambda: all(one.is_done for one in waiting))
        return end_of(self.world, self._customers, {})

    def flows(self, end: End) -> Iterator[Flow]:
        """All of them, the project's own first."""
        landed = {call.source_id: call.landed_ms or 0 for call in end.history.landed}
        inbound = Counter(
            _cause(letter.failure, letter.reason) for letter in end.letters if letter.direction == "inbound"
        )
        number = len(self._customers) * COMMANDS
        yield Flow(COMMANDS_IN, number, self._applied(self._customers, landed), inbound)
        yield Flow(OTHER_COMMANDS, len(self._neighbours), self._applied(self._neighbours, landed))
        for name, subscriber in self._subscribers.items():
            yield self._flow_out(name, subscriber, end)

    def violations(self, end: End) -> list[Violation]:
        """What must not be, whatever the trouble was."""
        found: list[Violation] = []
        letters = [letter for letter in end.letters if letter.direction == "outbound"]
        for project, happenings in self._happenings.items():
            subscribers = [one for one in self._subscribers.values() if one.project == project]
            found += check_outbound(subscribers, happenings, letters, end.history)
        dead = [letter for letter in end.letters if letter.connection != self.cdp.id]
        found += [Violation("G1", letter.connection, f"died: {letter.reason}") for letter in dead]
        landed = {call.source_id for call in end.history.landed}
        found += [Violation("G1", name, "is lost") for name in self._neighbours if name not in landed]
        return check(replace(end, found=found))

    def _post(self) -> None:
        for project, happenings in self._happenings.items():
            for number, one in enumerate(happenings):
                self._posters[project].plan(one, [number * self._span_ms // len(happenings)])

    def _sender(self, cdp: Cdp, requests: list[Request], project: str) -> Sender:
        sender = Sender(self.world, cdp, requests, self._span_ms // len(requests), project)
        sender.start()
        return sender

    def _applied(self, customers: Sequence[str], landed: dict[str, int]) -> list[tuple[int, int]]:
        """When each one's first command was accepted, and the last took effect."""
        first = {name: self.world.ledger.of(name)[0].places[0] for name in customers}
        return [(order.accepted_ms(place), landed[name]) for name, place in first.items() if name in landed]

    def _flow_out(self, name: str, subscriber: Subscriber, end: End) -> Flow:
        accepted, arrived = self._posters[subscriber.project].accepted_ms, subscriber.sink.arrived_ms
        arrivals = [(at_ms, arrived[one.person]) for one, at_ms in accepted.items() if one.person in arrived]
        letters = [letter for letter in end.letters if letter.connection == subscriber.id]
        dead = Counter(_cause(letter.failure, letter.reason) for letter in letters)
        return Flow(name, len(accepted), arrivals, dead)


def _requests(customers: Sequence[str]) -> list[Request]:
    """A customer's commands come one after the other."""
    items = [
        item for name in customers for item in (*(update(name, number) for number in range(COMMANDS - 1)), event(name))
    ]
    size = max(COMMANDS, len(items) // REQUESTS)
    return [as_batch(items[begin : begin + size]) for begin in range(0, len(items), size)]


def _cause(failure: str, reason: str) -> str:
    return f"{failure}: {reason}"
