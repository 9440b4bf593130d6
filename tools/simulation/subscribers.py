"""The way out in a simulated stack: fan-out, every CDP's deliver function, and connections to all of them."""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from cdphub.connections import Connection, connection_parameter
from cdphub.outbound.deliver import Deliverer
from cdphub.outbound.events import CUSTOMER_EVENTS
from cdphub.profile import OutboundSettings, Profile, load_profiles
from tools.local.sandbox import sinks
from tools.simulation import ROOT
from tools.simulation.deployed import consumer, deliver_function
from tools.simulation.fair import FairMapping
from tools.simulation.lambdas import Instance
from tools.simulation.network import Hosts
from tools.simulation.sinks import Sink
from tools.simulation.world import PROJECT, World
from voucherify.fanout import Fanout
from voucherify.subscribers import Subscribers

PROFILES = load_profiles(ROOT / "functions")
CDPS = [cdp for cdp, profile in PROFILES.items() if issubclass(profile.settings, OutboundSettings)]

Work = Callable[[Instance, list[dict[str, Any]], int], list[str]]


@dataclass(frozen=True)
class Subscriber:
    """A connection that wants events of some types, and what gets them."""

    id: str
    profile: Profile
    sink: Sink
    types: frozenset[str]
    project: str


@dataclass
class WayOut:
    """What of a world sends events to CDPs."""

    world: World
    subscribers: list[Subscriber] = field(default_factory=list)
    _sinks: Hosts = field(default_factory=Hosts)

    def connect(
        self, cdp: str, name: str, types: Iterable[str] = CUSTOMER_EVENTS, project: str = PROJECT.id
    ) -> Subscriber:
        """One more connection."""
        profile, host, hub = PROFILES[cdp], f"{name}.test", self.world.hub
        settings = {"base_url": f"https://{host}", "events": sorted(types), **sinks.settings(cdp)}
        secrets = dict.fromkeys(profile.needed_secrets(settings), f"of-{name}")
        hub.secrets.write(connection_parameter(name), secrets)
        subscriber = Subscriber(name, profile, Sink(cdp, self.world), frozenset(types), project)
        self._sinks.add(host, subscriber.sink)
        self.subscribers.append(subscriber)
        self.connection(subscriber, settings=settings)
        return subscriber

    def connection(self, subscriber: Subscriber, **changes: Any) -> None:
        """Changes a connection, as an operator does."""
        connections = self.world.hub.store.connections
        given = connections.read_connection(subscriber.project, subscriber.id)
        new = Connection(id=subscriber.id, project=subscriber.project, cdp=subscriber.profile.cdp)
        changed = (Connection.model_validate_json(given) if given else new).model_copy(update=changes)
        connections.put_connection(subscriber.project, subscriber.id, changed.model_dump_json())

    def begin(self) -> None:
        """Has the functions look for work."""
        self._map("VoucherifyFanout", self._fanout, _fan_out)
        for cdp in sorted({subscriber.profile.cdp for subscriber in self.subscribers}):
            self._map(deliver_function(cdp), partial(self._deliverer, cdp), _deliver)

    def _map(self, function: str, make: Callable[[], Instance], work: Work[Instance]) -> None:
        its = consumer(function)
        made = self.world.function(function, its.timeout_ms, its.most, make)
        queue = self.world.add_queue(its)
        FairMapping(queue, made, its.batch, work, self.world.scheduler, self.world.trouble).poll()

    def _fanout(self) -> Fanout:
        return Fanout(self.world.doors, Subscribers(self.world.doors.store, PROFILES))

    def _deliverer(self, cdp: str) -> Deliverer:
        return Deliverer(importlib.import_module(f"{cdp}.deliver").VENDOR, self.world.doors, self._sinks)


def _fan_out(fanout: Fanout, records: list[dict[str, Any]], _end_ms: int) -> list[str]:
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return _failed(process_partial_response({"Records": records}, fanout.handle, processor))


def _deliver(deliverer: Deliverer, records: list[dict[str, Any]], end_ms: int) -> list[str]:
    return _failed(deliverer.deliver(records, end_ms))


def _failed(reply: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]
