"""Apply (Lambda): from SQS into the outbox, and from there to Voucherify (G1 to G5).

A message is deleted only when each of its commands is applied, dead, or stands in a row that somebody will look at
again. Whatever is less sure than that goes back to the queue.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cdphub import clock, pool
from cdphub.aws import AwsError
from cdphub.backlog import HeldMessage, hold
from cdphub.commands import QUEUE, pack
from cdphub.connections import Project
from cdphub.outbox.row import partition
from cdphub.outbox.turn import Turn
from cdphub.schema import Command, Token
from cdphub.secrets import SecretError
from cdphub.telemetry import logger
from voucherify.accept import Batch, accept
from voucherify.flush import Flush
from voucherify.inbox import Arrived, read
from voucherify.visit import visit
from voucherify.worker import Worker, worker


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """SQS event source mapping with partial batch responses."""
    end_ms = clock.invocation_end(context.get_remaining_time_in_millis())
    failed = apply(worker(), event["Records"], end_ms)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def apply(worker: Worker, records: Sequence[Mapping[str, Any]], end_ms: int) -> list[str]:
    """Applies the messages before `end_ms`, the end of the invocation; gives the ids of those that must come again."""
    inbox = read(records)
    if inbox.unreadable:
        logger.error("unreadable messages go back", number=len(inbox.unreadable))
    customers, unsettled = _by_customer(worker, inbox.arrived)
    settled = pool.run(lambda pk: _settle(worker, pk, customers[pk], end_ms), list(customers))
    for done, arrived in zip(settled, customers.values(), strict=True):
        if not done:
            unsettled.update(one.message_id for one in arrived)
    return [*inbox.unreadable, *sorted(unsettled)]


def _by_customer(worker: Worker, arrived: Sequence[Arrived]) -> tuple[dict[str, list[Arrived]], set[str]]:
    """What arrived for each customer, and the messages whose customers cannot be told now."""
    customers: dict[str, list[Arrived]] = {}
    unsettled: set[str] = set()
    for one in arrived:
        try:
            customers.setdefault(_partition(worker, one), []).append(one)
        except (AwsError, SecretError) as error:
            logger.error("project not readable", project=one.project, error=str(error))
            unsettled.add(one.message_id)
    return customers, unsettled


def _partition(worker: Worker, one: Arrived) -> str:
    if isinstance(one.content, Token):
        return one.content.customer
    return partition(one.project, worker.salt(one.project), one.content.customer.source_id)


def _settle(worker: Worker, pk: str, arrived: Sequence[Arrived], end_ms: int) -> bool:
    """Sees to one customer; False if its messages must come again."""
    try:
        project = worker.project(arrived[0].project)
        if project is None:
            logger.error("unknown project", project=arrived[0].project)
            return False
        batch = _batch(worker, pk, arrived)
        if batch.commands:
            _apply_to(worker, project, batch, end_ms)
        if any(isinstance(one.content, Token) for one in arrived):
            visit(worker, project, pk, end_ms)
    except (AwsError, SecretError) as error:
        logger.error("comes again", customer=pk, error=str(error))
        return False
    return True


def _batch(worker: Worker, pk: str, arrived: Sequence[Arrived]) -> Batch:
    """The customer's commands by their places, without those that wait for a paused connection."""
    commands: list[Command] = []
    for one in arrived:
        if isinstance(one.content, Token):
            continue
        if worker.is_paused(one.project, one.content.connection):
            _hold(worker, pk, one.project, one.content)
        else:
            commands.append(one.content)
    commands.sort(key=lambda command: command.order)
    return Batch(arrived[0].project, pk, tuple(commands), any(one.redelivered for one in arrived))


def _hold(worker: Worker, pk: str, project: str, command: Command) -> None:
    for body in pack(project, [command]):
        message = HeldMessage(queue=QUEUE, body=body)
        hold(worker.hub.store, command.connection, command.order, message, customer=pk)


def _apply_to(worker: Worker, project: Project, batch: Batch, end_ms: int) -> None:
    turn = Turn(clock.new_id(), end_ms)
    taken = accept(worker.hub.store, batch, turn, may_call=worker.pauses.current(project.id) is None)
    if taken is not None:
        held, fresh = taken
        Flush(worker, project, held, fresh).run()
