"""Dead letters of a stack: which there are, and what may be told of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from cdphub import clock, order
from cdphub.backlog import DeadLetter
from cdphub.connections import Connection
from cdphub.hub import Hub
from cdphub.store.backlog import DEAD, LAST, Row
from cdphub.times import utc
from tools.hubctl.connect import list_connections
from tools.hubctl.errors import WrongInputError
from voucherify.lifecycle import VOUCHERIFY

OPERATOR = "hubctl"
NOBODYS = tuple(Connection(id=name, project="", cdp=VOUCHERIFY) for name in (VOUCHERIFY, OPERATOR))
"""In place of connections: erasures that came from Voucherify or an operator, which may die like any other."""

# A status, or a word of the hub's own: whatever else a reason says may quote a customer.
_HARMLESS = re.compile(r"(?:HTTP )?(\d{3})\b|([a-z_]+)$")


@dataclass(frozen=True)
class Wanted:
    """Which dead letters are meant; None means all. Times are hub milliseconds, of acceptance."""

    direction: str | None = None
    cdp: str | None = None
    project: str | None = None
    connection: str | None = None
    failure: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None

    def has(self, connection: Connection) -> bool:
        """Whether letters of the connection are meant; what is in its place has no project."""
        wanted = ((self.cdp, connection.cdp), (self.project, connection.project), (self.connection, connection.id))
        return all(one in (None, has) or not has for one, has in wanted)

    def takes(self, letter: DeadLetter) -> bool:
        """Whether the letter is meant, if its connection and its time are."""
        wanted = ((self.direction, letter.direction), (self.project, letter.project), (self.failure, letter.failure))
        return all(one in (None, has) for one, has in wanted)


@dataclass(frozen=True)
class Found:
    """A dead letter, the row that holds it, and its connection."""

    connection: Connection
    row: Row
    letter: DeadLetter


def find(hub: Hub, wanted: Wanted) -> Iterator[Found]:
    """The letters that are meant, in the order in which the hub accepted what is in them.

    Raises WrongInputError, and cdphub.aws.AwsError.
    """
    connections = [connection for connection in list_connections(hub) if wanted.has(connection)]
    nobodys = [connection for connection in NOBODYS if wanted.has(connection)]
    if not connections and not (wanted.connection and nobodys):
        raise WrongInputError("no connection is meant: hubctl connections list shows which there are")
    return merge(
        *(_of(hub, connection, wanted) for connection in [*connections, *nobodys]), key=lambda found: found.row.key
    )


def told(found: Found, *, reasons: bool) -> dict[str, Any]:
    """What may be shown of a letter; never its content, and only with `reasons` what may quote its customer."""
    letter = found.letter
    shown = {
        "accepted": utc(order.accepted_ms(letter.key)),
        "project": letter.project,
        "connection": letter.connection,
        "direction": letter.direction,
        "what": letter.payload["event"]["type"] if letter.direction == "outbound" else letter.payload["kind"],
        "failure": str(letter.failure),
        "status": _status(letter.reason),
        "attempts": letter.attempts,
        "died": utc(letter.last_ms),
        "trace_id": order.trace_id(letter.key),
    }
    return shown | ({"reason": letter.reason} if reasons else {})


def _of(hub: Hub, connection: Connection, wanted: Wanted) -> Iterator[Found]:
    since = "" if wanted.since_ms is None else order.place(wanted.since_ms, "", 0)
    until = LAST if wanted.until_ms is None else order.place(wanted.until_ms, "", 0)
    for row in hub.store.backlog.list(connection.id, DEAD, since=since, until=until):
        letter = DeadLetter.model_validate_json(row.text)
        # Those that DynamoDB has not deleted yet could outlive the tombstone of an erasure.
        if row.expires_ms > clock.now_ms() and wanted.takes(letter):
            yield Found(connection, row, letter)


def _status(reason: str) -> str:
    found = _HARMLESS.match(reason)
    return next(filter(None, found.groups())) if found else ""
