"""Commands of one customer into its row: the first half of apply (rule: event rows first, then the customer row)."""

from dataclasses import dataclass

from cdphub import clock, order
from cdphub.backlog import DeadLetter, bury
from cdphub.commands import dumped
from cdphub.failures import FailureClass
from cdphub.outbox.erasure import erase
from cdphub.outbox.merge import KEEP_ENDED_MS, has_room, merge, prune, seen
from cdphub.outbox.row import Row, dump, event_key
from cdphub.outbox.turn import Turn, is_free, take_or_leave
from cdphub.schema import Command, EraseCustomer, TrackEvent
from cdphub.store import Store
from cdphub.store.outbox import DEAD, WAIT, EventItem
from cdphub.telemetry import count
from voucherify.flush import Heir
from voucherify.held import Held
from voucherify.purge import purge
from voucherify.worker import Worker


@dataclass(frozen=True)
class Batch:
    """The commands of one customer in one invocation; `redelivered`: SQS has delivered one of them before."""

    project: str
    pk: str
    commands: tuple[Command, ...]
    redelivered: bool

    def parts(self) -> "list[Batch]":
        """The erasures and the other commands, as far as there are any."""
        erasures = tuple(command for command in self.commands if isinstance(command, EraseCustomer))
        others = tuple(command for command in self.commands if not isinstance(command, EraseCustomer))
        return [Batch(self.project, self.pk, part, self.redelivered) for part in (erasures, others) if part]


Taken = tuple[Held, dict[str, str]]


def accept(worker: Worker, batch: Batch, turn: Turn, *, may_call: bool, heir: Heir | None = None) -> Taken | None:
    """Writes the commands into the row; gives the row if it is this worker's turn now, with the event bodies just put.

    Afterwards the commands are stored: in a row that is held, that has a due time, or that has taken them in before.
    `heir` may take the turn in the same write. Erasures are written first: only when the row tells of them may event
    rows be deleted, by which a sender's repeat is known.
    """
    taken = None
    for part in batch.parts():
        taken = _accept(worker, part, turn, may_call=may_call, heir=heir)
        if isinstance(part.commands[0], EraseCustomer):
            purge(worker.hub.store, batch.pk, max(command.order for command in part.commands))
    return taken


def _accept(worker: Worker, batch: Batch, turn: Turn, *, may_call: bool, heir: Heir | None) -> Taken | None:
    store = worker.hub.store
    while True:
        now = clock.now_ms()
        item = store.outbox.read_customer(batch.pk)
        row = worker.leases.row(item) if item else Row()
        took_over = row.lease is not None and is_free(row, now)
        fresh = _take_in(store, batch, row, now)
        mine = row.has_work() and take_or_leave(row, turn, now, may_call=may_call, redelivered=batch.redelivered)
        if mine and heir is not None:
            heir.offer(batch.pk, row)
        written = dump(batch.pk, row, item.version if item else 0)
        unchanged = item is not None and written.text == item.text
        if unchanged or store.outbox.write_customer(batch.pk, written):
            break
    if mine and heir is not None:
        heir.written(batch.pk, row)
    if row.lease != turn.holder:
        return None
    if took_over and row.events:
        count("RepeatPossible", project=batch.project)
    version = written.version if unchanged else written.version + 1
    return Held(store, batch.pk, turn, row, version), fresh


def _take_in(store: Store, batch: Batch, row: Row, now: int) -> dict[str, str]:
    """Merges the commands; gives the bodies of the event rows that were not there before."""
    fresh: dict[str, str] = {}
    prune(row, now)
    for command in batch.commands:
        if isinstance(command, EraseCustomer):
            erase(row, command, now)
        elif seen(row, command):
            _drop_erased(store, batch, row, command)
        elif isinstance(command, TrackEvent):
            _take_in_event(store, batch, row, command, fresh, now)
        elif has_room(row, command):
            merge(row, command)
        else:
            _bury(store, batch, command, now)
    return fresh


def _take_in_event(store: Store, batch: Batch, row: Row, command: TrackEvent, fresh: dict[str, str], now: int) -> None:
    key = event_key(command.connection, command.id, command.order)
    body = command.model_dump_json(include={"id", "event", "referral", "loyalty", "metadata"}, exclude_none=True)
    there = _put_event(store, batch, row, key, command, body, now)
    if there is not None and (there.order != command.order or there.status == DEAD):
        return
    waits = there is None or there.status == WAIT
    if waits and key not in row.events and not has_room(row, command):
        _bury(store, batch, command, now)
        store.outbox.end_event(batch.pk, key, DEAD, now + KEEP_ENDED_MS)
        return
    if there is None:
        fresh[key] = body
    merge(row, command, event_waits=waits)


def _put_event(
    store: Store, batch: Batch, row: Row, key: str, command: TrackEvent, body: str, now: int
) -> EventItem | None:
    """The row that is there already, if there is one."""
    at, revive = command.order, command.replay_of is not None
    there = store.outbox.put_event(batch.pk, key, at, body, now, revive=revive)
    if there is None or there.order > row.erased:
        return there
    # A repeat of what was erased is new.
    store.outbox.delete_event(batch.pk, key, row.erased)
    return store.outbox.put_event(batch.pk, key, at, body, now, revive=revive)


def _drop_erased(store: Store, batch: Batch, row: Row, command: Command) -> None:
    """An event row may have been put when the erasure was not yet in the row that was read."""
    if isinstance(command, TrackEvent) and command.order <= row.erased:
        key = event_key(command.connection, command.id, command.order)
        store.outbox.delete_event(batch.pk, key, row.erased)


def _bury(store: Store, batch: Batch, command: Command, now: int) -> None:
    letter = DeadLetter(
        project=batch.project,
        connection=command.connection,
        direction="inbound",
        key=command.order,
        failure=FailureClass.INVALID,
        reason="customer_backlog_full",
        attempts=0,
        first_ms=order.accepted_ms(command.order),
        last_ms=now,
        customer=batch.pk,
        payload=dumped(command),
    )
    bury(store, letter)
