"""Apply and sweep over a stack in memory, with Voucherify's stand-in at the other end."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from cdphub.backlog import DeadLetter, HeldMessage
from cdphub.clock import MINUTE
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.hub import Hub
from cdphub.outbox.row import Row, dump, load, partition
from cdphub.schema import Command
from cdphub.store.backlog import DEAD, HELD
from tests.builders import ADA, CONNECTION
from tests.fakes import PROJECT, World
from tests.voucherify.doors import message, record, through_doors
from tools.local.sandbox.core import Reply, Request
from tools.local.sandbox.faults import Fault
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.voucherify import Property, Schema, Voucherify
from voucherify.apply import apply
from voucherify.sweep import sweep
from voucherify.worker import Worker

INVOCATION_MS = MINUTE

SCHEMA = Schema(
    properties={
        "plan": Property(type="string"),
        "seats": Property(type="number"),
        "segmentGroups": Property(type="string", array=True),
        "brazeAudiences": Property(type="string", array=True),
    }
)


class Bench:
    """One worker, one project, one live connection.

    `log` has the writes and calls in their order. `later_effects` are what the vendor still does after its answer.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.log: list[str] = []
        self.broken: set[str] = set()
        self.later_effects: list[Callable[[], None]] = []
        self.sandbox = Sandbox(
            Voucherify({"id": "key"}, self.clock.now_ms, schemas={"customer": SCHEMA}),
            self.clock.now_ms,
            self.clock.sleep,
            self.later_effects.append,
        )
        world.add_connection(CONNECTION)
        self.store = world.hub.store
        self.worker = self.new_worker()

    def new_worker(self) -> Worker:
        """Another instance of the function: it remembers nothing."""
        store = through_doors(self.store, self.log, self.broken)
        return Worker(Hub(store, self.world.queues, self.world.hub.secrets), self)

    def send(self, request: HttpRequest) -> HttpReply:
        """The worker's transport."""
        target = urlsplit(request.url)
        query = dict(part.split("=") for part in target.query.split("&") if part)
        try:
            reply = self.ask(Request(request.method, target.path, query, request.headers, request.body or b""))
        except ConnectionResetError:
            self.log.append(f"{request.method} {target.path} lost")
            raise NoReplyError("ConnectionError", written=True) from None
        self.log.append(f"{request.method} {target.path} {reply.status}")
        return HttpReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def ask(self, request: Request) -> Reply:
        """Voucherify's own answer; tests replace it."""
        return self.sandbox.handle(request)

    def fail(self, status: int = 503, match: str = "POST", count: int | None = None, **fault: Any) -> None:
        """Has Voucherify fail calls."""
        self.sandbox.faults.add(Fault(status=status, match=match, count=count, **fault))

    def heal(self) -> None:
        """Ends all failures."""
        self.sandbox.faults.clear()

    def apply(self, *commands: Command, receives: int = 1, project: str = PROJECT) -> list[str]:
        """Has the worker apply one message with these commands; gives the ids of messages that must come again."""
        return self.deliver([message(*commands, receives=receives, project=project)])

    def deliver(self, records: Sequence[dict[str, Any]]) -> list[str]:
        """Has the worker apply these messages."""
        return apply(self.worker, records, self.clock.now + INVOCATION_MS)

    def remind(self) -> int:
        """Delivers the reminders that wait; gives their number."""
        bodies = self.world.queues.bodies("apply")
        self.world.queues.sent["apply"] = []
        assert not self.deliver([record(f"reminder-{number}", body) for number, body in enumerate(bodies)])
        return len(bodies)

    def sweep(self) -> None:
        """Has the worker sweep."""
        sweep(self.worker, self.clock.now + INVOCATION_MS)

    def later(self, milliseconds: int) -> None:
        """Lets time pass."""
        self.clock.now += milliseconds

    def calls(self, method: str = "POST") -> list[str]:
        """Path and status of Voucherify's calls so far."""
        return [entry.removeprefix(f"{method} ") for entry in self.log if entry.startswith(f"{method} ")]

    def bodies(self) -> list[Any]:
        """The bodies of Voucherify's calls so far."""
        return [entry["body"] for entry in self.sandbox.requests.shown() if entry["body"]]

    def profile(self, source_id: str = ADA) -> Any:
        """The customer as Voucherify has it; None when it has not."""
        reply = self.sandbox.handle(Request("GET", f"/_sandbox/customers/{source_id}"))
        return reply.json() if reply.status == 200 else None

    def events(self) -> list[str]:
        """The names of the custom events that Voucherify has, in order."""
        history = self.sandbox.handle(Request("GET", "/_sandbox/history")).json()
        return [effect["event"] for effect in history if effect["kind"] == "event"]

    def pk(self, source_id: str = ADA) -> str:
        """The customer's partition key."""
        return partition(PROJECT, "salt", source_id)

    def row(self, source_id: str = ADA) -> Row:
        """The customer's row."""
        item = self.store.outbox.read_customer(self.pk(source_id))
        assert item is not None
        return load(item)

    def put_row(self, row: Row) -> None:
        """Replaces the customer's row."""
        pk = self.pk(row.source_id)
        item = self.store.outbox.read_customer(pk)
        assert self.store.outbox.write_customer(pk, dump(pk, row, item.version if item else 0))

    def dead(self, connection: str = CONNECTION) -> list[DeadLetter]:
        """The connection's dead letters."""
        return [DeadLetter.model_validate_json(row.text) for row in self.store.backlog.list(connection, DEAD)]

    def held(self, connection: str = CONNECTION) -> list[HeldMessage]:
        """The messages that wait until the connection is live."""
        return [HeldMessage.model_validate_json(row.text) for row in self.store.backlog.list(connection, HELD)]
