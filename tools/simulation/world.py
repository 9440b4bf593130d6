"""One simulated stack: the production code of the workers between simulated AWS and a simulated vendor."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlsplit

from cdphub import clock, pool
from cdphub.clock import MINUTE
from cdphub.connections import Project, ProjectSecrets, project_parameter
from cdphub.hub import Hub
from cdphub.outbox.row import partition
from cdphub.store import Store
from cdphub.store.backlog import DEAD
from tools.local.sandbox.voucherify import Limit, Property, Schema, Voucherify
from tools.simulation.bulk_jobs import BulkJobs
from tools.simulation.calm import Calm
from tools.simulation.deployed import Consumer, consumer, period_ms, timeout_ms
from tools.simulation.doors import through_doors
from tools.simulation.failures import FAILURES_OF_ALL, LONGEST_WINDOW_MS, Failure
from tools.simulation.history import History
from tools.simulation.lambdas import Function, Instance, Mapping, every
from tools.simulation.ledger import Ledger
from tools.simulation.memory_queues import MemoryQueue, MemoryQueues
from tools.simulation.memory_secrets import MemorySecrets
from tools.simulation.memory_store import MemoryBacklog, MemoryConnections, MemoryState
from tools.simulation.network import Hosts
from tools.simulation.scheduler import Scheduler
from tools.simulation.threads import SimulatedThreads
from tools.simulation.trouble import Rates, Trouble
from tools.simulation.vendor import SimulatedVendor
from tools.simulation.virtual_clock import VirtualClock
from tools.simulation.watched import SlowQueue, WatchedOutbox, WatchedQueue
from voucherify.apply import apply
from voucherify.sweep import sweep
from voucherify.worker import Worker

START_MS = 1_700_000_000_000
PROJECT = Project(id="project", name="Project", api_url="https://voucherify.test")
SECRETS = ProjectSecrets.model_validate(
    {"application_id": "id", "secret_key": "key", "salt": "salt", "webhook_secrets": ["secret"]}
)
GROUPS = "segmentGroups"
SCHEMA = Schema(properties={"plan": Property(type="string"), GROUPS: Property(type="string", array=True)})

LONGEST_THROTTLE_MS = 2 * MINUTE

SWEEP_WORKERS = 2
QUIET_MINUTES = 3
"""Longer than anything that was written can take to land."""


@dataclass(frozen=True)
class Stack:
    """What scenarios differ in: calls a minute, workers, and the time after all trouble until everything is quiet.

    In a `calm` one chance has no say: things of a kind take the same time, whenever and however often they happen.
    """

    calls: int = 1_000_000
    apply_workers: int = 3
    fewest_in_bulk: int = 2
    patience_ms: int = 6 * clock.HOUR
    calm: bool = False


def partition_of(source_id: str) -> str:
    """The outbox's partition key of a customer."""
    return partition(PROJECT.id, SECRETS.salt, source_id)


class World:
    """A stack, the vendor, and what goes wrong between them, all by one seed; `again` makes another from the start."""

    def __init__(self, seed: int, rates: Rates, *, stack: Stack, traced: bool = False) -> None:
        self.again = partial(World, seed, rates, stack=stack, traced=traced)
        self.random = Calm(seed) if stack.calm else Random(seed)
        self.scheduler = Scheduler(self.random, START_MS)
        self.history = History(trace=[] if traced else None)
        self.trouble = Trouble(rates, self.random, self.scheduler, self.history)
        self.ledger = Ledger()
        self._voucherifies = Hosts()
        self.vendor = self._voucherify(PROJECT, stack.calls)
        apply_in = consumer("VoucherifyApply")
        dead = MemoryQueue(self.now_ms)
        self.queue = WatchedQueue(
            self.scheduler, self.trouble, self.ledger, apply_in.visibility_ms, dead, apply_in.receives
        )
        self.unfinished = MemoryQueue(self.now_ms, consumer("PublicationsFinish").visibility_ms)
        self._queues: dict[str, MemoryQueue] = {"apply": self.queue, "publications": self.unfinished}
        self._dead = {"apply": dead}
        self.outbox = WatchedOutbox(self.scheduler, self.trouble, self.history)
        self.backlog = MemoryBacklog(self.now_ms, self.trouble.lag_ms)
        store = Store(MemoryConnections(), self.outbox, self.backlog, MemoryState(self.now_ms, self.trouble.lag_ms))
        self.hub = Hub(store, MemoryQueues(self._queues), MemorySecrets())
        self.doors = through_doors(self.hub, self.trouble)
        self._functions: list[Function[Any]] = []
        self._apply = self.function("apply", apply_in.timeout_ms, stack.apply_workers, self._worker)
        self._sweep = self.function("sweep", timeout_ms("VoucherifySweep"), SWEEP_WORKERS, self._worker)
        self._stack = stack
        self._quiet_minutes = 0

    def _voucherify(self, project: Project, calls: int) -> SimulatedVendor:
        """The one of a project, with so many calls a minute."""
        jobs = BulkJobs(self.trouble, self.history)
        sandbox = Voucherify(
            {SECRETS.application_id: SECRETS.secret_key},
            self.now_ms,
            schemas={"customer": SCHEMA},
            limits={"api_calls": Limit(calls=calls, seconds=60)},
            bulk_duration=jobs.duration_ms,
            history=jobs,
        )
        pk = partial(partition, project.id, SECRETS.salt)
        vendor = SimulatedVendor(sandbox, SECRETS, pk, self.scheduler, self.trouble, self.history, jobs)
        self._voucherifies.add(urlsplit(project.api_url).netloc, vendor)
        return vendor

    def add_project(self, project: Project) -> SimulatedVendor:
        """One more, with the same keys, and a Voucherify of its own."""
        self.hub.store.connections.put_project(project.id, project.model_dump_json())
        self.hub.secrets.write(project_parameter(project.id), SECRETS.model_dump())
        return self._voucherify(project, self._stack.calls)

    def now_ms(self) -> int:
        """Virtual time, for those who are not workers."""
        return self.scheduler.now_ms

    def function(self, name: str, timeout_ms: int, most: int, make: Callable[[], Instance]) -> Function[Instance]:
        """A function of this stack."""
        made = Function(name, timeout_ms, most, make, self.scheduler, self.history)
        self._functions.append(made)
        return made

    def add_queue(self, its: Consumer) -> MemoryQueue:
        """One more queue with its dead-letter queue."""
        dead = MemoryQueue(self.now_ms)
        queue = SlowQueue(self.scheduler, self.trouble, its.visibility_ms, dead, its.receives)
        self._queues[its.queue], self._dead[its.queue] = queue, dead
        return queue

    def left(self) -> dict[str, int]:
        """How many messages wait in each queue, and how many are held or parked for a connection."""
        held = sum(not row.key.startswith(DEAD) for row in self.backlog.rows())
        queues = {name: len(queue) for name, queue in self._queues.items()}
        return queues | {f"{name}-dead": len(queue) for name, queue in self._dead.items()} | {"held": held}

    def run(self, trouble_ms: int, is_done: Callable[[], bool]) -> None:
        """Lets the world go on until it is quiet: trouble ends after `trouble_ms`, and the senders' part `is_done`."""
        self.hub.store.connections.put_project(PROJECT.id, PROJECT.model_dump_json())
        self.hub.secrets.write(project_parameter(PROJECT.id), SECRETS.model_dump())
        self.plan_windows(self.vendor.fail_all, trouble_ms)
        self._plan_throttles(trouble_ms)
        self.scheduler.after(trouble_ms, self._end_trouble)
        batch, period = consumer("VoucherifyApply").batch, period_ms("VoucherifySweep")
        Mapping(self.queue, self._apply, batch, apply, self.scheduler, self.trouble).poll()
        every(self.scheduler, period, lambda: self._sweep.invoke(sweep, lambda returned: None))
        every(self.scheduler, MINUTE, lambda: self._look_around(is_done))
        end_ms = self.now_ms() + trouble_ms + self._stack.patience_ms
        virtual = VirtualClock(self.scheduler, self.trouble, self.random)
        with clock.use(virtual), pool.use(SimulatedThreads(self.scheduler)):
            self.scheduler.run(lambda: self._quiet_minutes >= QUIET_MINUTES or self.now_ms() > end_ms)

    def _worker(self) -> Worker:
        return Worker(self.doors, self._voucherifies, self._stack.fewest_in_bulk)

    def plan_windows(self, fail_all: Callable[[Failure | None], None], trouble_ms: int) -> None:
        """Times at which a vendor fails every call for a while."""
        for _ in range(self.trouble.rates.windows):
            failure = self.random.choice(FAILURES_OF_ALL)
            begin = self.random.randint(0, trouble_ms)
            self.scheduler.after(begin, partial(self._fail_all, fail_all, failure))
            end = begin + self.random.randint(0, LONGEST_WINDOW_MS)
            self.scheduler.after(end, partial(fail_all, None))

    def _fail_all(self, fail_all: Callable[[Failure | None], None], failure: Failure) -> None:
        self.trouble.inject(f"{failure.name} for a while")
        fail_all(failure)

    def _plan_throttles(self, trouble_ms: int) -> None:
        """Times at which the tables refuse many calls."""
        for _ in range(self.trouble.rates.throttles):
            begin = self.random.randint(0, trouble_ms)
            self.scheduler.after(begin, partial(setattr, self.trouble, "throttling", True))
            end = begin + self.random.randint(0, LONGEST_THROTTLE_MS)
            self.scheduler.after(end, partial(setattr, self.trouble, "throttling", False))

    def _end_trouble(self) -> None:
        """In the end nothing goes wrong any more."""
        self.trouble.on = False

    def _look_around(self, is_done: Callable[[], bool]) -> None:
        """Is it quiet? An operator would redrive the dead-letter queues when their alarm rings."""
        for name, dead in self._dead.items():
            self._queues[name].redrive(dead)
        nobody_works = not any(function.running for function in self._functions)
        nothing_is_due = all(item.due_ms is None for _, item in self.outbox.customers()) and not any(self.outbox.jobs())
        quiet = is_done() and nobody_works and nothing_is_due and not any(self.left().values())
        self._quiet_minutes = self._quiet_minutes + 1 if quiet else 0
