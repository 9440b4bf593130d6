"""One run: a project under a load while everything fails, beside a project and a connection that are shut meanwhile."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.e2e.exchange import wait_until
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tests.e2e.stand_in import StandIn
from tests.e2e.subscribed import Subscribed
from tests.e2e.subscribed import arrived as arrivals
from tests.faults.commands import DEFINED, PERSON
from tests.faults.evidence import Evidence, metrics
from tests.faults.inbound import Inbound
from tests.faults.outbound import Outbound
from tests.faults.plan import plan
from tests.faults.sending import Load, Sent, until_accepted
from tools.hubctl.target import local_hub

LIMIT, SHOPS = 600, 240
"""Calls a minute that Voucherify allows, and those of the shop, which keeps to its half."""

SHUT_OUT = 10
"""Customers of the project that is shut out: Voucherify refuses its key."""

REFUSED = 0.05
"""The share of people whose events a CDP refuses, if it can say so."""
RULES = {"bloomreach": "refused_ids", "braze": "refused_ids", "iterable": "forgottenUserIds"}

PATIENCE = 4
"""So many times as long as a test waits for anything: a load takes its time, and a verdict is wanted in any case."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What was done, and what is found.

    `early`: all was through while the neighbours were shut; `late`: they had everything that was theirs afterwards;
    `quiet`: nothing was left waiting.
    """

    seed: int
    projects: Mapping[str, Project]
    sent: Sent
    refused: Mapping[str, Sequence[str]]
    early: bool
    late: bool
    quiet: bool
    evidence: Evidence

    @property
    def inbound(self) -> Inbound:
        return Inbound(self.sent.commands, self.evidence)

    @property
    def outbound(self) -> Outbound:
        return Outbound(self.sent.people, self.refused, self.evidence)


class Runner:
    """Runs once."""

    def __init__(self, hub: Hub, *, seed: int, commands: int, events: int, say: Say) -> None:
        self._hub = hub
        self._seed = seed
        self._say = say
        self._before = metrics(hub.folder / "logs")
        self._id = f"faults-{seed}"
        self._project = hub.new_project(self._id)
        self._project.voucherify.set("event-schemas", {DEFINED: {}})
        self._project.voucherify.set("limits", {"api_calls": {"calls": LIMIT, "seconds": 60}})
        self._project.voucherify.set("shop", {"calls": SHOPS, "seconds": 60})
        self._load = Load(hub, self._id, self._project, seed=seed, number=commands, events=events)

    def run(self) -> Run:
        """All of it; ends when the hub has nothing more to do."""
        sent, refused = self._load.sent, self._refuse_items()
        with Subscribed(self._hub, self._id, local_hub(self._hub.aws.url)).neighbour() as (_, neighbour):
            with neighbour.failing({"status": 503}), self._shut_out() as shut, self._vendors_failing():
                for wave in self._load.waves():
                    self._say(f"wave {wave}: {len(sent.commands):,} commands, {len(sent.people):,} events accepted")
                self._say(f"all is accepted, and so are {len(sent.codes)} questions for codes")
                early = _in_the_end(self._is_through)
                self._say("all of it is through" if early else "NOT all of it is through")
            self._say("the neighbours are no longer shut")
            quiet = _in_the_end(lambda: not any(self._hub.aws.shows("pending").values()))
            at_neighbour = arrivals(neighbour, sorted(sent.people))
        for cdp in RULES:
            self._hub.sinks[cdp].set("rules", {})
        late = sorted(at_neighbour) == sorted(sent.people) and len(shut.customers()) == SHUT_OUT
        projects = {self._id: self._project, f"{self._id}-shut": shut}
        return Run(self._seed, projects, sent, refused, early, late, quiet, self._evidence())

    def _is_through(self) -> bool:
        """Whether everything has ended, the neighbours' part aside."""
        found = self._evidence()
        inbound, outbound = Inbound(self._load.sent.commands, found), Outbound(self._load.sent.people, {}, found)
        return not any(inbound.g1_newest_values()) and not any(inbound.g1_events()) and not any(outbound.g1_events())

    def _evidence(self) -> Evidence:
        return Evidence(self._hub, self._id, self._project, self._before)

    def _refuse_items(self) -> dict[str, list[str]]:
        """Chooses whose events CDPs refuse out of requests that they take."""
        chance = Random(self._seed)
        people = self._load.people
        chosen = {cdp: chance.sample(people, max(1, int(len(people) * REFUSED))) for cdp in RULES}
        for cdp, rule in RULES.items():
            self._hub.sinks[cdp].set("rules", {rule: chosen[cdp]})
        return chosen

    @contextmanager
    def _shut_out(self) -> Iterator[Project]:
        """Another project with commands of its own, whose key Voucherify refuses for the length of a `with` block."""
        name = f"{self._id}-shut"
        project = self._hub.new_project(name)
        self._hub.voucherify.set("projects", {name: "another key"})
        for number in range(SHUT_OUT):
            customer = {"source_id": f"{PERSON}-{self._seed}-shut-{number}", "name": PERSON}
            until_accepted(partial(project.segment.action, "customer", customer))
        yield project
        self._hub.voucherify.set("projects", {name: project.api_key["X-App-Token"]})

    @contextmanager
    def _vendors_failing(self) -> Iterator[None]:
        vendors: dict[str, StandIn] = {"voucherify": self._hub.voucherify, **self._hub.sinks}
        with ExitStack() as failing:
            for vendor, stand_in in vendors.items():
                failing.enter_context(stand_in.failing(*plan(self._seed, vendor)))
            yield


def _in_the_end(condition: Callable[[], bool]) -> bool:
    """Waits for a condition, but not for ever."""
    for _ in range(PATIENCE):
        with suppress(AssertionError):
            wait_until(condition)
            return True
    return False
