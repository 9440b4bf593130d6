"""The only door to DynamoDB: few operations, named after what they mean.

Each table is a protocol with one implementation here; the simulation brings its own, and one behaviour test file holds
both to the same conditions. DynamoDB deletes expired items late, so every read and condition here compares the expiry
itself.
"""

from dataclasses import dataclass

from cdphub.store.backlog import Backlog, DynamoBacklog
from cdphub.store.connections import Connections, DynamoConnections
from cdphub.store.dynamo import Table
from cdphub.store.outbox import DynamoOutbox, Outbox
from cdphub.store.state import DynamoState, State


@dataclass(frozen=True)
class Store:
    """The four tables of a stack."""

    connections: Connections
    outbox: Outbox
    backlog: Backlog
    state: State


def dynamo_store(prefix: str) -> Store:
    """The tables of the stack whose table names begin with `prefix`."""
    return Store(
        DynamoConnections(Table(prefix + "connections")),
        DynamoOutbox(Table(prefix + "outbox")),
        DynamoBacklog(Table(prefix + "backlog")),
        DynamoState(Table(prefix + "state")),
    )
