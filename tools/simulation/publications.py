"""The scenario `publications`: platforms ask for codes, again and again, until they have them (G4)."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from braze.profile import PROFILE as BRAZE
from cdphub.api import Reply, Request
from cdphub.clock import MINUTE, SECOND
from cdphub.connections import Connection, IntegrationKey, digest
from iterable.profile import PROFILE as ITERABLE
from publications.finish import finish
from publications.publish import Desk, answer
from publications.publisher import Publisher
from tools.local.sandbox.voucherify import CAMPAIGN
from tools.simulation import lambdas
from tools.simulation.deployed import consumer, timeout_ms
from tools.simulation.outcome import End, Violation, end_of
from tools.simulation.world import PROJECT, Stack, World

PROFILES = {"braze": BRAZE, "iterable": ITERABLE}
KEY = "the key of every platform"
CAMPAIGNS = {"braze": f"camp_{CAMPAIGN.encode().hex()}", "iterable": CAMPAIGN}
"""One campaign, by its id and by its name."""

OCCASIONS = {None: 1, "may": 1, "june": 1, "anniversary": 3}
"""Occasions, and how many codes each is worth."""

WORKERS = 50
MOST_CALLS = 5
"""How often a platform asks for the same code, besides asking again when it got none."""

TROUBLE_MS = (MINUTE, 5 * MINUTE, 15 * MINUTE)
"""All is over before the first window is."""

LONGEST_PATIENCE_MS = 30 * SECOND


@dataclass(frozen=True)
class Ask:
    """Whose codes of which platform, and what for; without an occasion for the window, which is the same for all."""

    cdp: str
    customer: str
    occasion: str | None
    join_once: bool

    @property
    def count(self) -> int:
        """How many codes; who joins once gets one."""
        return 1 if self.join_once else OCCASIONS[self.occasion]

    def request(self) -> Request:
        """The platform's call."""
        campaign = {"name": CAMPAIGNS[self.cdp], "count": self.count}
        body = {"customer": self.customer, "campaign": campaign, "join_once": self.join_once}
        named = {"occasion": self.occasion} if self.occasion else {}
        headers = {"x-app-id": self.cdp, "x-app-token": KEY}
        return Request("POST", "/v1/publications", headers, json.dumps({**body, **named}).encode())


@dataclass
class Platforms:
    """Everybody who asks; `given` are the codes of each reply that an asking got."""

    world: World
    waiting: int = 0
    given: dict[Ask, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))

    def connect(self) -> None:
        """Joins each platform to the project."""
        connections = self.world.hub.store.connections
        for cdp in PROFILES:
            key = IntegrationKey(application_id=cdp, secret_sha256=digest(KEY), project=PROJECT.id, connection=cdp)
            connection = Connection(id=cdp, project=PROJECT.id, cdp=cdp)
            connections.put_key(cdp, cdp, key.model_dump_json())
            connections.put_connection(PROJECT.id, cdp, connection.model_dump_json())

    def plan(self, asks: list[Ask], sending_ms: int) -> None:
        """Has each asked for several times, at any time or at once."""
        random = self.world.random
        publish = self.world.function("publish", timeout_ms("PublicationsPublish"), WORKERS, self._desk)

        def call(ask: Ask) -> None:
            replies: list[Reply] = []
            publish.invoke(
                lambda desk, _end_ms: replies.append(answer(ask.request(), desk)), lambda _: over(ask, replies)
            )

        def over(ask: Ask, replies: list[Reply]) -> None:
            if replies and replies[0]["statusCode"] == 200:
                self.given[ask].append(_codes(json.loads(replies[0]["body"])))
                self.waiting -= 1
            else:
                self.world.scheduler.after(random.randint(1, LONGEST_PATIENCE_MS), partial(call, ask))

        for ask in asks:
            begin = random.randint(0, sending_ms)
            spread_ms = random.choice((0, SECOND, sending_ms))
            for _ in range(random.randint(1, MOST_CALLS)):
                self.waiting += 1
                self.world.scheduler.after(begin + random.randint(0, spread_ms), partial(call, ask))

    def publisher(self) -> Publisher:
        """A new instance's."""
        return Publisher(self.world.doors, self.world.vendor)

    def _desk(self) -> Desk:
        return Desk(self.publisher(), PROFILES)

    def check(self) -> Iterator[Violation]:
        """Everybody's own codes, one for each asking, and no more published than that."""
        published = self.world.vendor.publications()
        holders = {code: each["tracking_id"] for each in published for code in _codes(each)}
        for ask, replies in self.given.items():
            if {holders.get(code) for codes in replies for code in codes} != {ask.customer}:
                yield Violation("G4", ask.customer, f"{ask}: got somebody else's code among {replies}")
            if len(set(replies)) > 1 or len(set(replies[0])) != ask.count:
                yield Violation("G4", ask.customer, f"{ask}: got other codes than {ask.count}, {sorted(set(replies))}")
        asked = Counter((ask.customer, ask.count) for ask in self.given)
        for (customer, count), number in Counter(
            (each["tracking_id"], len(_codes(each))) for each in published
        ).items():
            if number > asked[customer, count]:
                yield Violation("G4", customer, f"{number} publications for {asked[customer, count]} occasions")


def _codes(publication: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes that a publication gives."""
    return tuple(publication.get("vouchers") or [publication["voucher"]["code"]])


@dataclass(frozen=True)
class Publications:
    """So many customers, each with so many occasions."""

    customers: int
    commands: int
    stack = Stack()

    def run(self, world: World) -> End:
        """Plays the scenario until every call has its code."""
        for what in ("repeated_source_id", "repeated_join"):
            world.vendor.behave(**{what: world.random.choice(("same", "refused"))})
        trouble_ms = world.random.choice(TROUBLE_MS)
        platforms = Platforms(world)
        platforms.connect()
        platforms.plan(list(self._asks(world)), trouble_ms // 2)
        finish_in = consumer("PublicationsFinish")
        finishing = world.function("finish", finish_in.timeout_ms, WORKERS, platforms.publisher)
        lambdas.Mapping(
            world.unfinished,
            finishing,
            finish_in.batch,
            lambda publisher, records, _end_ms: finish(publisher, records),
            world.scheduler,
            world.trouble,
        ).poll()
        world.run(trouble_ms, lambda: not platforms.waiting)
        codes = sum(map(len, platforms.given.values()))
        world.history.counts.update(commands=codes, codes=codes)
        return replace(end_of(world, [], {}), found=list(platforms.check()))

    def _asks(self, world: World) -> Iterator[Ask]:
        """Some customers join once; all their occasions have the same code."""
        for number in range(self.customers):
            join_once = world.random.random() < 0.2
            for _ in range(self.commands):
                cdp = world.random.choice(list(PROFILES))
                yield Ask(cdp, f"customer-{number}", world.random.choice(list(OCCASIONS)), join_once)
