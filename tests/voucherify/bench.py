"""Apply and sweep over a stack in memory, with Voucherify's stand-in at the other end."""

from collections.abc import Callable, Sequence
from typing import Any

from cdphub.backlog import DeadLetter, HeldMessage
from cdphub.clock import MINUTE
from cdphub.connections import read_project
from cdphub.hub import Hub
from cdphub.outbox.row import Row, dump, load, partition
from cdphub.pauses import Pause
from cdphub.schema import Command
from cdphub.store.backlog import DEAD, HELD
from tests.builders import ADA, CONNECTION
from tests.fakes import PROJECT, World
from tests.voucherify.doors import Doors, message, record
from tests.voucherify.vendor import SandboxTransport
from voucherify.apply import apply
from voucherify.sweep import sweep
from voucherify.worker import Worker

INVOCATION_MS = MINUTE


class Bench(SandboxTransport):
    """One worker, one project, one live connection.

    `log` has the writes and calls in their order.
    """

    def __init__(self, world: World, **vendor_settings: Any) -> None:
        self.log: list[str] = []
        super().__init__(world.clock, self.log, **vendor_settings)
        self._doors = Doors(self.log)
        self.world = world
        self.clock = world.clock
        self.store = world.hub.store
        world.add_connection(CONNECTION)
        self.worker = self.new_worker()

    def new_worker(self) -> Worker:
        """Another instance of the function: it remembers nothing."""
        return Worker(Hub(self._doors.to(self.store), self.world.queues, self.world.hub.secrets), self)

    def configure(self, **settings: Any) -> None:
        """Changes settings of the project; a new worker knows them."""
        project = read_project(self.store, PROJECT)
        assert project is not None
        changed = project.model_copy(update=settings)
        self.store.connections.put_project(PROJECT, changed.model_dump_json())
        self.worker = self.new_worker()

    def break_store(self, *keys: str) -> None:
        """Has the store fail for these keys, and for no others."""
        self._doors.broken = keys

    def apply(self, *commands: Command, receives: int = 1) -> list[str]:
        """Has the worker apply one message with these commands; gives the ids of messages that must come again."""
        return self.deliver([message(*commands, receives=receives)])

    def deliver(self, records: Sequence[dict[str, Any]]) -> list[str]:
        """Has the worker apply these messages."""
        return apply(self.worker, records, self.clock.now + INVOCATION_MS)

    def remind(self) -> int:
        """Delivers the messages that the worker itself has sent to apply's queue; gives their number."""
        bodies = self.world.queues.bodies("apply")
        self.world.queues.sent["apply"] = []
        assert not self.deliver([record(f"message-{number}", body) for number, body in enumerate(bodies)])
        return len(bodies)

    def sweep(self) -> None:
        """Has the worker sweep."""
        sweep(self.worker, self.clock.now + INVOCATION_MS)

    def later(self, milliseconds: int) -> None:
        """Lets time pass."""
        self.clock.now += milliseconds

    def before_the_next_write(self, action: Callable[[], object]) -> None:
        """Has something happen between the next read of a customer row and the write that follows."""
        self._doors.after_read.append(action)

    def pause(self) -> Pause | None:
        """The project's pause, as a new worker finds it."""
        return self.new_worker().pauses.current(PROJECT)

    def pk(self, source_id: str = ADA, project: str = PROJECT) -> str:
        """The customer's partition key."""
        return partition(project, "salt", source_id)

    def row(self, source_id: str = ADA) -> Row:
        """The customer's row."""
        item = self.store.outbox.read_customer(self.pk(source_id))
        assert item is not None
        return load(item)

    def put_row(self, row: Row, project: str = PROJECT) -> None:
        """Replaces the customer's row."""
        pk = self.pk(row.source_id, project)
        item = self.store.outbox.read_customer(pk)
        assert self.store.outbox.write_customer(pk, dump(pk, row, item.version if item else 0))

    def dead(self, connection: str = CONNECTION) -> list[DeadLetter]:
        """The connection's dead letters."""
        return [DeadLetter.model_validate_json(row.text) for row in self.store.backlog.list(connection, DEAD)]

    def held(self, connection: str = CONNECTION) -> list[HeldMessage]:
        """The messages that wait until the connection is live."""
        return [HeldMessage.model_validate_json(row.text) for row in self.store.backlog.list(connection, HELD)]
