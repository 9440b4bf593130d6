"""What becomes of a connection once it is there: its state, what waits for it, its removal."""

from dataclasses import dataclass
from itertools import islice
from typing import Literal

from cdphub import clock
from cdphub.connections import Connection, connection_parameter, list_keys
from cdphub.hub import Hub
from cdphub.pauses import CONNECTIONS, Pauses
from cdphub.store.backlog import DEAD, HELD, PARKED
from tools.hubctl.errors import WrongInputError

State = Literal["live", "paused", "off"]

MOST = 1_000
"""So many rows of a kind are counted at most: whether there are more is told, how many is not worth reading them."""


@dataclass(frozen=True)
class Backlog:
    """How many rows wait for a connection, of each kind at most MOST."""

    held: int
    parked: int
    dead: int

    def __str__(self) -> str:
        counts = (("held", self.held), ("parked", self.parked), ("dead letters", self.dead))
        told = [f"{number}{' or more' if number == MOST else ''} {what}" for what, number in counts if number]
        return ", ".join(told) or "nothing"

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.held or self.parked or self.dead)


def backlog_of(hub: Hub, connection: str) -> Backlog:
    """What waits for a connection; raises cdphub.aws.AwsError."""
    return Backlog(*(_count(hub, connection, prefix) for prefix in (HELD, PARKED, DEAD)))


def set_state(hub: Hub, connection: Connection, state: State) -> None:
    """Raises cdphub.aws.AwsError."""
    changed = connection.model_copy(update={"state": state})
    hub.store.connections.put_connection(connection.project, connection.id, changed.model_dump_json())


def check_nothing_waits(hub: Hub, connection: Connection) -> None:
    """Raises WrongInputError if a removal would give up something; and cdphub.aws.AwsError."""
    waits = backlog_of(hub, connection.id)
    if not waits.is_empty:
        raise WrongInputError(f"connection: {connection.id} has {waits}; --force deletes them with it")


def remove(hub: Hub, connection: Connection) -> None:
    """Deletes the connection with its keys, its parameter and all that waits for it.

    First nobody is admitted and nothing sent any more, and the record goes last: a removal that failed can be
    repeated. Raises cdphub.aws.AwsError.
    """
    set_state(hub, connection, "off")
    for key in list_keys(hub.store, connection):
        hub.store.connections.delete_key(connection.cdp, key.application_id)
    for prefix in (HELD, PARKED, DEAD):
        for row in hub.store.backlog.list(connection.id, prefix):
            hub.store.backlog.delete(connection.id, row.key)
    pauses = Pauses(hub.store.state, CONNECTIONS)
    if pause := pauses.current(connection.id):
        pauses.end(connection.id, pause)
    hub.secrets.delete(connection_parameter(connection.id))
    hub.store.connections.delete_connection(connection.project, connection.id)


def _count(hub: Hub, connection: str, prefix: str) -> int:
    now = clock.now_ms()
    # DynamoDB deletes what has expired days later, and that comes first.
    waiting = (row for row in hub.store.backlog.list(connection, prefix) if row.expires_ms > now)
    return sum(1 for _ in islice(waiting, MOST))
