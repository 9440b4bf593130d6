"""The customers of a batch of messages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, zip_longest

from cdphub.aws import AwsError
from cdphub.connections import Project
from cdphub.outbox.job import MOST_CUSTOMERS
from cdphub.outbox.row import partition
from cdphub.schema import ChangeMembership, Token, UpsertCustomer
from cdphub.secrets import SecretError
from cdphub.telemetry import logger
from voucherify.apart import apart
from voucherify.bulk import Bulk, begin
from voucherify.flush import Flush
from voucherify.inbox import Arrived
from voucherify.project_calls import may_send
from voucherify.worker import Worker

# Of one customer in one invocation. An event takes several calls of DynamoDB, one after the other.
MOST_COMMANDS = 1_000


@dataclass
class Customer:
    """One customer of a batch.

    `bulk` is the job that it may join, `reads_first` if a list must be read before; with `waits` it is left to the
    sweep; `flush` is there while it is this worker's turn; `failed` once its messages must come again, and `late` if
    there was no time for it.
    """

    project: Project
    pk: str
    arrived: list[Arrived] = field(default_factory=list)
    bulk: Bulk | None = None
    reads_first: bool = False
    waits: bool = False
    flush: Flush | None = None
    failed: bool = False
    late: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a bulk job could carry what has arrived."""
        return all(isinstance(one.content, UpsertCustomer | ChangeMembership) for one in self.arrived)

    @property
    def redelivered(self) -> bool:
        """Whether some of it was here before."""
        return any(one.redelivered for one in self.arrived)


def by_customer(worker: Worker, arrived: Sequence[Arrived]) -> tuple[list[Customer], set[str]]:
    """What arrived for each customer, and the messages that must come again: of projects that cannot be read, and of
    customers for whom more came than is done at once.

    Projects take turns, one customer each, so that a slow one, or one with many, delays no other (G5).
    """
    customers: dict[str, Customer] = {}
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
        customers.setdefault(pk, Customer(project, pk)).arrived.append(one)
    for customer in customers.values():
        unsettled |= _shorten(customer)
    return _in_turns(customers.values()), unsettled


def _shorten(customer: Customer) -> set[str]:
    """Takes off the messages that bring more for the customer than all others should wait for."""
    messages = [list(group) for _, group in groupby(customer.arrived, key=lambda one: one.message_id)]
    customer.arrived = messages[0]
    left: set[str] = set()
    for message in messages[1:]:
        if left or len(customer.arrived) + len(message) > MOST_COMMANDS:
            left.add(message[0].message_id)
        else:
            customer.arrived += message
    if left:
        logger.warning("much at once for one customer", customer=customer.pk, left=len(left))
    return left


def _in_turns(customers: Iterable[Customer]) -> list[Customer]:
    projects: dict[str, list[Customer]] = defaultdict(list)
    for customer in customers:
        projects[customer.project.id].append(customer)
    rounds = chain.from_iterable(zip_longest(*projects.values()))
    return [customer for customer in rounds if customer is not None]


def _partition(worker: Worker, one: Arrived) -> str:
    if isinstance(one.content, Token):
        return one.content.customer or ""
    return partition(one.project, worker.salt(one.project), one.content.customer.source_id)


def in_groups(worker: Worker, customers: Sequence[Customer]) -> tuple[list[list[Customer]], list[Customer]]:
    """The customers that could go to Voucherify together, enough of a project for a bulk job each; and all others.

    Messages that come again join no job. Many of them are stored for the sweep, which can send them together.
    """
    first: dict[str, list[Customer]] = defaultdict(list)
    again: dict[str, list[Customer]] = defaultdict(list)
    alone: list[Customer] = []
    for customer in customers:
        if customer.is_plain:
            (again if customer.redelivered else first)[customer.project.id].append(customer)
        else:
            alone.append(customer)
    for plain in again.values():
        for customer in plain:
            customer.waits = len(plain) >= worker.fewest_in_bulk
        alone += plain
    groups: list[list[Customer]] = []
    for plain in first.values():
        for start in range(0, len(plain), MOST_CUSTOMERS):
            group = plain[start : start + MOST_CUSTOMERS]
            if len(group) >= worker.fewest_in_bulk:
                groups.append(group)
            else:
                alone += group
    return groups, alone


def begin_bulk(worker: Worker, group: Sequence[Customer], end_ms: int) -> Bulk | None:
    """Begins the job of a group, unless its project's calls must wait."""
    project, bulk = group[0].project, None
    with apart(project.id):
        if may_send(worker, project):
            bulk = begin(worker, project, [customer.pk for customer in group], end_ms)
    for customer in group:
        customer.bulk = bulk
    return bulk
