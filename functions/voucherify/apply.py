"""Apply (Lambda): from SQS into the outbox, and from there to Voucherify (G1 to G5).

A message is deleted only when each of its commands is applied, dead, or stands in a row that somebody will look at
again. Whatever is less sure than that goes back to the queue.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cdphub import clock, pool
from cdphub.backlog import HeldMessage, hold
from cdphub.clock import SECOND
from cdphub.commands import QUEUE, single
from cdphub.outbox.row import load
from cdphub.outbox.turn import CALL_MS, Turn
from cdphub.schema import Command, Token
from cdphub.telemetry import logger, reason
from voucherify.accept import Batch, accept
from voucherify.apart import apart
from voucherify.bulk import Bulk
from voucherify.customers import Customer, begin_bulk, by_customer, in_groups
from voucherify.flush import Flush
from voucherify.inbox import Arrived, read
from voucherify.project_calls import may_send
from voucherify.sweep import look_at
from voucherify.visit import visit
from voucherify.worker import Worker, worker

Step = Callable[[Worker, Customer, int], None]

# So long before its end an invocation begins nothing any more.
ENDING_MS = 3 * SECOND


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """SQS event source mapping with partial batch responses."""
    end_ms = clock.invocation_end(context.get_remaining_time_in_millis())
    failed = apply(worker(), event["Records"], end_ms)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def apply(worker: Worker, records: Sequence[Mapping[str, Any]], end_ms: int) -> list[str]:
    """Applies the messages before `end_ms`, the end of the invocation; gives the ids of those that must come again.

    All commands are stored before anything is sent. Slow calls for one customer would otherwise keep another's commands
    out of its row, while a second worker already sends what was accepted after them. Last come those that may join a
    bulk job, since its beginning may take a call. Messages for whose commands there is no time come again.
    """
    inbox = read(records)
    if inbox.unreadable:
        logger.error("unreadable messages go back", number=len(inbox.unreadable))
    customers, unsettled = by_customer(worker, inbox.arrived)
    _see_to(worker, customers, end_ms)
    for project in sorted(inbox.woken):
        look_at(worker, project, end_ms)
    unsettled.update(one.message_id for customer in customers if customer.failed for one in customer.arrived)
    return [*inbox.unreadable, *sorted(unsettled)]


def _see_to(worker: Worker, customers: Sequence[Customer], end_ms: int) -> None:
    def each(step: Step, some: Iterable[Customer]) -> None:
        pool.run(lambda customer: _attempt(step, worker, customer, end_ms), list(some))

    # A batch may have more commands than an invocation can store, and when that ends untimely all of them come again.
    last_ms = (clock.now_ms() + end_ms) // 2

    def store(worker: Worker, customer: Customer, end_ms: int) -> None:
        if clock.now_ms() > last_ms:
            customer.failed = customer.late = True
        else:
            _store(worker, customer, end_ms)

    groups, alone = in_groups(worker, customers)
    grouped = [customer for group in groups for customer in group]
    each(store, alone)
    bulks = pool.run(lambda group: begin_bulk(worker, group, end_ms), groups)
    each(store, grouped)
    if late := sum(customer.late for customer in customers):
        logger.warning("no time for all customers", left=late)
    each(_read_lists, (customer for customer in grouped if customer.reads_first))
    pool.run(_submit, bulks)
    each(_send, customers)


def _attempt(step: Step, worker: Worker, customer: Customer, end_ms: int) -> None:
    """One step for one customer, unless the step before failed."""
    if customer.failed:
        return
    try:
        step(worker, customer, end_ms)
    except Exception as error:
        # Whatever it is, it must not reach the other customers. Its text may repeat what the messages say.
        logger.error("comes again", customer=customer.pk, error=reason(error))
        customer.failed = True


def _store(worker: Worker, customer: Customer, end_ms: int) -> None:
    batch = _batch(worker, customer)
    if not batch.commands:
        return
    # What comes before the job is submitted leaves time for that.
    turn = Turn(clock.new_id(), end_ms - CALL_MS if customer.bulk else end_ms)
    may_call = not customer.waits and may_send(worker, customer.project)
    taken = accept(worker, batch, turn, may_call=may_call, heir=customer.bulk)
    if taken is not None:
        customer.reads_first = customer.bulk is not None and customer.bulk.awaits(taken[0].row)
        # Who does not read first is sent after the job was submitted, and must not join it then.
        heir = customer.bulk if customer.reads_first else None
        customer.flush = Flush(worker, customer.project, *taken, heir=heir)


def _read_lists(worker: Worker, customer: Customer, end_ms: int) -> None:
    """Customers whose lists must be read before they can join the others of their job."""
    if customer.flush is not None:
        customer.flush.run()
        customer.flush = None


def _submit(bulk: Bulk | None) -> None:
    if bulk is not None:
        with apart(bulk.key):
            bulk.submit()


def _send(worker: Worker, customer: Customer, end_ms: int) -> None:
    if customer.flush is not None:
        if end_ms - clock.now_ms() < ENDING_MS:
            # There is no time to give back thousands of turns. They end by themselves, before the messages come again.
            customer.failed = True
            return
        customer.flush.run()
    if any(isinstance(one.content, Token) for one in customer.arrived):
        visit(worker, customer.project, customer.pk, end_ms)


def _batch(worker: Worker, customer: Customer) -> Batch:
    """The customer's commands by their places, without those that wait for a paused connection."""
    commands: list[Command] = []
    for one in customer.arrived:
        if isinstance(one.content, Token):
            continue
        if worker.is_paused(one.project, one.content.connection) and not _is_erased(worker, customer.pk, one.content):
            _hold(worker, customer.pk, one, one.content)
        else:
            commands.append(one.content)
    commands.sort(key=lambda command: command.order)
    return Batch(customer.project.id, customer.pk, tuple(commands), customer.redelivered)


def _is_erased(worker: Worker, pk: str, command: Command) -> bool:
    """Whether a newer erasure has been taken in: then the command is dropped, and must not be kept anywhere."""
    item = worker.hub.store.outbox.read_customer(pk)
    return item is not None and command.origin <= load(item).erased


def _hold(worker: Worker, pk: str, one: Arrived, command: Command) -> None:
    message = HeldMessage(queue=QUEUE, body=single(one.project, command).body)
    hold(worker.hub.store, command.connection, command.order, one.message_id, message, customer=pk)
