"""A project of its own whose events go to all CDPs, and what has come of them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cdphub import clock
from cdphub.backlog import HeldMessage, park
from cdphub.connections import Connection, connection_parameter, list_connections
from cdphub.hub import Hub as Stores
from cdphub.outbound.delivery import Delivery, queue_of
from cdphub.outbound.events import Event
from cdphub.pauses import CONNECTIONS, Pauses
from segment.profile import PROFILE as SEGMENT
from tests.e2e.hub import Hub
from tests.e2e.stand_in import StandIn
from tests.e2e.webhooks import webhook
from tools.hubctl.connect import connect
from tools.hubctl.target import local_hub
from tools.local.sandbox import sinks
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.server import serve
from voucherify.normalise import normalise

EVENT = "customer-rewarded"


@dataclass(frozen=True)
class Subscribed:
    """`stores` are the hub's tables and secrets, as hubctl has them."""

    hub: Hub
    project: str
    stores: Stores

    def post(self, people: Sequence[str]) -> None:
        """Posts an event about each."""
        for person in people:
            assert self.hub.webhook(webhook(EVENT, person), project=self.project).status == 202

    def park(self, connection: Connection, people: Sequence[str]) -> None:
        """Has an event about each wait for a connection whose CDP has an outage."""
        Pauses(self.stores.store.state, CONNECTIONS).until_probed(connection.id, "outage")
        for person in people:
            event = normalise(webhook(EVENT, person), 0)
            assert isinstance(event, Event)
            delivery = Delivery(
                trace_id=person, project=self.project, connection=connection.id, accepted_ms=0, event=event
            )
            message = HeldMessage(queue=queue_of(connection.cdp), body=delivery.model_dump(mode="json"))
            park(self.stores.store, connection.id, delivery.key, person, message)

    def connections(self) -> dict[str, Connection]:
        """Its connection to each CDP; neighbours that were are off."""
        found = list_connections(self.stores.store, self.project)
        return {each.cdp: each for each in found if each.state != "off"}

    def write_secrets(self, cdp: str, secrets: Mapping[str, str]) -> None:
        """Corrects the credentials of a connection, as hubctl does."""
        self.stores.secrets.write(connection_parameter(self.connections()[cdp].id), dict(secrets))

    def dead(self, cdp: str) -> list[dict[str, Any]]:
        """The dead letters of the connection to a CDP."""
        return self.hub.letters(self.connections()[cdp].id)

    def arrived(self, cdp: str, people: Sequence[str]) -> list[str]:
        """Those whose events a CDP has taken, each as often as it has."""
        return arrived(self.hub.sinks[cdp], people)

    @contextmanager
    def neighbour(self) -> Iterator[tuple[Connection, StandIn]]:
        """One more connection to Segment, with a stand-in of its own."""
        server = serve(Sandbox(sinks.sink("segment", clock.now_ms)))
        settings = {"base_url": server.url}
        secrets = {"write_key": f"write_key of a neighbour of {self.project}"}
        connection, _ = connect(
            self.stores, SEGMENT, project_id=self.project, settings=settings, secrets=secrets, another=True
        )
        try:
            yield connection, StandIn(server.url)
        finally:
            off = connection.model_copy(update={"state": "off"})
            self.stores.store.connections.put_connection(self.project, off.id, off.model_dump_json())
            server.stop()


def subscribed(hub: Hub, project: str) -> Subscribed:
    """A new project."""
    hub.new_project(project)
    return Subscribed(hub, project, local_hub(hub.aws.url))


def arrived(sink: StandIn, people: Sequence[str]) -> list[str]:
    """Those whose events a stand-in has taken, each as often as it has."""
    wanted = set(people)
    return [person for item in sink.shows("delivered") for person in wanted.intersection(_texts(item))]


def _texts(item: Any) -> list[str]:
    return re.findall(r'"([^"\\]*)"', json.dumps(item))
