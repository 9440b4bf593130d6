"""The scenario `inbound`: customers' fields, events and groups on their way from two CDPs to Voucherify."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cdphub.api import Request
from cdphub.clock import MINUTE, SECOND
from tools.simulation.bulk_jobs import BAD
from tools.simulation.dialects import BATCHES, SEGMENT, Item, as_batch, as_segment, is_for_segment
from tools.simulation.outcome import End, end_of
from tools.simulation.sender import Cdp, Sender
from tools.simulation.world import GROUPS, Stack, World

FIELDS = ("name", "email", "phone", "address.city", "metadata.plan")
AUDIENCES: tuple[str, ...] = ("red", "green", "blue")
STRANGER = "made elsewhere"

LARGEST_BATCH = 6
COMMANDS_PER_WAVE = 4
"""Every so many commands one comes in a wave: a request with one of each customer, as a campaign sends it."""

SHARE_OF_BAD = 0.06
SHARE_FOR_SEGMENT = 0.3

TROUBLE_MS = (MINUTE, 5 * MINUTE, 20 * MINUTE, 90 * MINUTE)
"""How long things go wrong; commands come in the first half of that, or at once."""

AT_ONCE_MS = 15 * SECOND


@dataclass
class Shopper:
    """One customer's commands in the making; `spoiled` are the fields that had a bad value.

    A field has one at most: the hub keeps one value that waits behind another, so of two bad ones in a row the older
    good one may get lost (an exception that the protocol names).
    """

    source_id: str
    random: Random
    spoiled: set[str] = field(default_factory=set)
    audiences = AUDIENCES

    def item(self, number: int, *, plain: bool = False) -> Item:
        """Its next command, a plain one without event and erasure; `number` tells its values from all others."""
        kinds: dict[str, Callable[[int], dict[str, Any]]] = {
            "upsert": self._upsert,
            "track": self._track,
            "membership": self._membership,
            "erase": self._erase,
        }
        kind = self.random.choices(list(kinds), (10, 0, 4, 0) if plain else (10, 6, 4, 1))[0]
        return {"kind": kind, "id": f"id-{number}", **kinds[kind](number)}

    def _upsert(self, number: int) -> dict[str, Any]:
        return {"customer": self._customer(number, self.random.sample(FIELDS, self.random.randint(1, 2)))}

    def _track(self, number: int) -> dict[str, Any]:
        is_bad = self.random.random() < SHARE_OF_BAD
        fields = self.random.sample(FIELDS, self.random.choice([0, 1, 2]))
        label = f"{BAD}-{number}" if is_bad else str(number)
        return {"customer": self._customer(number, fields), "event": "visited", "metadata": {"n": label}}

    def _membership(self, number: int) -> dict[str, Any]:
        audience = self.random.choice(self.audiences)
        change = {"list": GROUPS, "audience": audience, "name": audience, "member": self.random.random() < 0.7}
        return {"customer": {"source_id": self.source_id}, **change}

    def _erase(self, _number: int) -> dict[str, Any]:
        return {"customer": {"source_id": self.source_id}}

    def _customer(self, number: int, fields: Sequence[str]) -> dict[str, Any]:
        customer: dict[str, Any] = {"source_id": self.source_id}
        for name, value in self._values(number, fields).items():
            group, _, key = name.rpartition(".")
            if group:
                customer.setdefault(group, {})[key] = value
            else:
                customer[name] = value
        return customer

    def _values(self, number: int, fields: Sequence[str]) -> dict[str, str]:
        is_bad = bool(fields) and self.spoiled.isdisjoint(fields) and self.random.random() < SHARE_OF_BAD
        values = dict.fromkeys(fields, str(number))
        if is_bad:
            self.spoiled.update(fields)
            values[fields[0]] = f"{BAD}-{number}"
        return values


@dataclass(frozen=True)
class Inbound:
    """So many customers, each with so many commands; half of the customers are in an audience made elsewhere."""

    customers: int
    commands: int
    stack = Stack()
    shopper = Shopper

    def run(self, world: World) -> End:
        """Plays the scenario until all is quiet."""
        trouble_ms = world.random.choice(TROUBLE_MS)
        senders = self.begin(world, trouble_ms)
        world.run(trouble_ms, lambda: all(sender.is_done for sender in senders))
        return self.end(world)

    def begin(self, world: World, trouble_ms: int) -> list[Sender]:
        """Has the CDPs send."""
        customers = self._customers()
        for source_id, lists in self._strangers().items():
            world.vendor.prepare({"source_id": source_id, "metadata": lists})
        sending_ms = world.random.choice((AT_ONCE_MS, trouble_ms // 2))
        senders = [
            Sender(world, cdp, requests, sending_ms // max(1, len(requests)))
            for cdp, requests in self._requests(world.random, customers)
        ]
        for sender in senders:
            sender.start()
        return senders

    def end(self, world: World) -> End:
        """What has become of it."""
        return end_of(world, self._customers(), self._strangers())

    def _customers(self) -> list[str]:
        return [f"customer-{n}" for n in range(self.customers)]

    def _strangers(self) -> dict[str, dict[str, list[str]]]:
        return {source_id: {GROUPS: [STRANGER]} for source_id in self._customers()[::2]}

    def _requests(self, random: Random, customers: list[str]) -> list[tuple[Cdp, list[Request]]]:
        shoppers = [self.shopper(source_id, random) for source_id in customers]
        waves = self.commands // COMMANDS_PER_WAVE
        turns = shoppers * (self.commands - waves)
        random.shuffle(turns)
        single: list[Request] = []
        batches: list[list[Item]] = [[]]
        for number, shopper in enumerate(turns):
            item = shopper.item(number)
            if is_for_segment(item) and random.random() < SHARE_FOR_SEGMENT:
                single.append(as_segment(item))
                continue
            if len(batches[-1]) >= random.randint(1, LARGEST_BATCH):
                batches.append([])
            batches[-1].append(item)
        for wave in range(waves):
            first = len(turns) + wave * len(shoppers)
            everybody = [shopper.item(first + number, plain=True) for number, shopper in enumerate(shoppers)]
            batches.insert(random.randint(0, len(batches)), everybody)
        return [(SEGMENT, single), (BATCHES, [as_batch(items) for items in batches if items])]
