"""Where the items of a trace id are now: what waits, is done or has died, as the stack's tables tell."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cdphub import clock, order, pool
from cdphub.backlog import DeadLetter
from cdphub.clock import DAY
from cdphub.connections import Connection, list_projects
from cdphub.hub import Hub
from cdphub.outbox.row import JOB, Row, load, shards
from cdphub.store.backlog import DEAD, HELD, PARKED
from cdphub.store.outbox import WAIT
from tools.hubctl.connect import list_connections
from tools.hubctl.errors import WrongInputError
from tools.hubctl.logs import Line

MOST_DUE = 100
"""Of the customers with waiting work so many per shard of a project are looked at; log lines name the others."""

WAITS = "waits in the outbox"

_TRACE_ID = re.compile(r"[\w-]{8,64}")
_PLACES = {DEAD: "dead letter", HELD: "held until the connection is enabled", PARKED: "parked until a probe succeeds"}


@dataclass(frozen=True)
class Place:
    """An item, and where it is; `of` is a connection or the hash of a customer."""

    item: str
    where: str
    of: str
    why: str = ""

    def told(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self)


def checked(trace_id: str) -> str:
    """Raises WrongInputError for what is no trace id."""
    if not _TRACE_ID.fullmatch(trace_id):
        raise WrongInputError("trace id: it has 32 letters and digits, as the hub's replies and the log have it")
    return trace_id


def places(hub: Hub, trace_id: str, lines: Sequence[Line], since_ms: int) -> Iterator[Place]:
    """What came with the trace id and is in the backlog or the outbox; raises cdphub.aws.AwsError.

    The log's lines name customers whose work is done; those whose work waits are found without. A line that names the
    request's project spares looking into all others, of which a stack may have a thousand.
    """
    connections = list_connections(hub)
    projects = _projects(lines, connections) or {project.id for project in list_projects(hub.store)}
    own = [connection.id for connection in connections if connection.project in projects]
    for found in pool.run(lambda connection: list(_in_backlog(hub, connection, trace_id, since_ms)), own):
        yield from found
    customers = sorted({*_named(lines), *_due(hub, projects)})
    for found in pool.run(lambda customer: list(_in_outbox(hub, customer, trace_id)), customers):
        yield from found


def _projects(lines: Sequence[Line], connections: Iterable[Connection]) -> set[str]:
    """Those that lines name, by themselves or by a connection or customer of theirs."""
    of = {connection.id: connection.project for connection in connections}
    named = {line.entry.get("project") or of.get(line.entry.get("connection", "")) for line in lines}
    customers = (customer for customer in _named(lines) if not customer.startswith(JOB))
    return {project for project in named if project} | {customer.rpartition("#")[0] for customer in customers}


def _in_backlog(hub: Hub, connection: str, trace_id: str, since_ms: int) -> Iterator[Place]:
    for prefix, where in _PLACES.items():
        for row in hub.store.backlog.list(connection, prefix, since=order.place(since_ms, "", 0)):
            if order.trace_id(row.key.removeprefix(prefix)) != trace_id:
                continue
            if prefix == DEAD:
                yield _dead(DeadLetter.model_validate_json(row.text))
            else:
                yield Place("message", where, connection)


def _dead(letter: DeadLetter) -> Place:
    outbound = letter.direction == "outbound"
    item = letter.payload["event"]["type"] if outbound else letter.payload["kind"]
    # The vendor's own words may quote the customer: they are for `dead-letters list --reasons`.
    why = f"{letter.failure}, attempts: {letter.attempts}"
    return Place(str(item), _PLACES[DEAD], letter.connection, why)


def _in_outbox(hub: Hub, customer: str, trace_id: str) -> Iterator[Place]:
    item = None if customer.startswith(JOB) else hub.store.outbox.read_customer(customer)
    if item is None:
        return
    row = load(item)
    for name, where, at in (*_fields(row), *_audiences(row)):
        if at and order.trace_id(at) == trace_id:
            yield Place(name, where, customer)
    for _, event in hub.store.outbox.list_events(customer):
        if order.trace_id(event.order) == trace_id:
            yield Place("event", WAITS if event.status == WAIT else event.status, customer)


def _fields(row: Row) -> Iterator[tuple[str, str, str]]:
    """Name, where it is, and place of each."""
    for name, at in row.applied.items():
        yield f"field {name}", "done", at
    for name, pending in row.fields.items():
        yield f"field {name}", WAITS, pending.at
    if row.deletion:
        yield "erasure", WAITS, row.deletion.at
    elif row.erased:
        yield "erasure", "done", row.erased


def _audiences(row: Row) -> Iterator[tuple[str, str, str]]:
    changed = row.changed_lists()
    for name, members in row.lists.items():
        where = WAITS if name in changed else "done"
        yield from ((f"audience in {name}", where, member.at) for member in members.values())


def _named(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield from line.entry.get("customers", ())
        if customer := line.entry.get("customer"):
            yield customer


def _due(hub: Hub, projects: Iterable[str]) -> Iterator[str]:
    later = clock.now_ms() + 365 * DAY
    every = [shard for project in sorted(projects) for shard in shards(project)]
    for found in pool.run(lambda shard: list(hub.store.outbox.due(shard, later, MOST_DUE)), every):
        yield from found
