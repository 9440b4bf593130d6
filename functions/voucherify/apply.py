"""Apply (Lambda): from SQS into the outbox, and from there to Voucherify (G1 to G5).

A message is deleted only when each of its commands is applied, dead, or stands in a row that somebody will look at
again. Whatever is less sure than that goes back to the queue.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdphub import clock, pool
from cdphub.aws import AwsError
from cdphub.backlog import HeldMessage, hold
from cdphub.commands import QUEUE, pack
from cdphub.connections import Project
from cdphub.outbox.row import load, partition
from cdphub.outbox.turn import Turn
from cdphub.schema import Command, Token
from cdphub.secrets import SecretError
from cdphub.telemetry import logger, reason
from voucherify.accept import Batch, accept
from voucherify.flush import Flush
from voucherify.inbox import Arrived, read
from voucherify.sweep import look_at
from voucherify.visit import visit
from voucherify.worker import Worker, worker


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """SQS event source mapping with partial batch responses."""
    end_ms = clock.invocation_end(context.get_remaining_time_in_millis())
    failed = apply(worker(), event["Records"], end_ms)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


@dataclass
class _Customer:
    """One customer of a batch; `flush` while it is this worker's turn, `failed` once its messages must come again."""

    project: Project
    pk: str
    arrived: list[Arrived] = field(default_factory=list)
    flush: Flush | None = None
    failed: bool = False


def apply(worker: Worker, records: Sequence[Mapping[str, Any]], end_ms: int) -> list[str]:
    """Applies the messages before `end_ms`, the end of the invocation; gives the ids of those that must come again.

    All commands are stored before anything is sent. Slow calls for one customer would otherwise keep another's commands
    out of its row, while a second worker already sends what was accepted after them.
    """
    inbox = read(records)
    if inbox.unreadable:
        logger.error("unreadable messages go back", number=len(inbox.unreadable))
    customers, unsettled = _by_customer(worker, inbox.arrived)
    pool.run(lambda customer: _attempt(_store, worker, customer, end_ms), customers)
    pool.run(lambda customer: _attempt(_send, worker, customer, end_ms), customers)
    for project in sorted(inbox.woken):
        look_at(worker, project, end_ms)
    unsettled.update(one.message_id for customer in customers if customer.failed for one in customer.arrived)
    return [*inbox.unreadable, *sorted(unsettled)]


def _by_customer(worker: Worker, arrived: Sequence[Arrived]) -> tuple[list[_Customer], set[str]]:
    """What arrived for each customer, and the messages whose customers cannot be told now."""
    customers: dict[str, _Customer] = {}
    unsettled: set[str] = set()
    for one in arrived:
        try:
            project, pk = worker.project(one.project), _partition(worker, one)
        except (AwsError, SecretError) as error:
            logger.error("project not readable", project=one.project, error=str(error))
            unsettled.add(one.message_id)
            continue
        if project is None:
            logger.error("unknown project", project=one.project)
            unsettled.add(one.message_id)
            continue
        customers.setdefault(pk, _Customer(project, pk)).arrived.append(one)
    return list(customers.values()), unsettled


def _partition(worker: Worker, one: Arrived) -> str:
    if isinstance(one.content, Token):
        return one.content.customer or ""
    return partition(one.project, worker.salt(one.project), one.content.customer.source_id)


def _attempt(step: Callable[[Worker, _Customer, int], None], worker: Worker, customer: _Customer, end_ms: int) -> None:
    """One step for one customer, unless the step before failed."""
    if customer.failed:
        return
    try:
        step(worker, customer, end_ms)
    except Exception as error:
        # Whatever it is, it must not reach the other customers. Its text may repeat what the messages say.
        logger.error("comes again", customer=customer.pk, error=reason(error))
        customer.failed = True


def _store(worker: Worker, customer: _Customer, end_ms: int) -> None:
    batch = _batch(worker, customer)
    if not batch.commands:
        return
    turn = Turn(clock.new_id(), end_ms)
    taken = accept(worker.hub.store, batch, turn, may_call=_may_call(worker, customer.project))
    if taken is not None:
        customer.flush = Flush(worker, customer.project, *taken)


def _may_call(worker: Worker, project: Project) -> bool:
    """Whether what is stored may go out at once; if not, it is gathered with the rest, soon after the period's end."""
    if worker.pauses.current(project.id) is not None:
        return False
    if not worker.budget.eager(project):
        worker.wakes.wake(project.id, worker.budget.resets_at(project))
        return False
    return True


def _send(worker: Worker, customer: _Customer, end_ms: int) -> None:
    if customer.flush is not None:
        customer.flush.run()
    if any(isinstance(one.content, Token) for one in customer.arrived):
        visit(worker, customer.project, customer.pk, end_ms)


def _batch(worker: Worker, customer: _Customer) -> Batch:
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
    redelivered = any(one.redelivered for one in customer.arrived)
    return Batch(customer.project.id, customer.pk, tuple(commands), redelivered)


def _is_erased(worker: Worker, pk: str, command: Command) -> bool:
    """Whether a newer erasure has been taken in: then the command is dropped, and must not be kept anywhere."""
    item = worker.hub.store.outbox.read_customer(pk)
    return item is not None and command.order <= load(item).erased


def _hold(worker: Worker, pk: str, one: Arrived, command: Command) -> None:
    for body in pack(one.project, [command]):
        message = HeldMessage(queue=QUEUE, body=body)
        hold(worker.hub.store, command.connection, command.order, one.message_id, message, customer=pk)
