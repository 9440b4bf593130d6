"""What stands around the worker: tables that tell of their writes, and messages as Lambda hands them over."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from cdphub.aws import AwsError
from cdphub.commands import pack
from cdphub.queues import encode
from cdphub.schema import Command
from cdphub.store import Store
from tests.fakes import PROJECT

LOGGED = (
    "put",
    "put_event",
    "read_event",
    "end_event",
    "delete_event",
    "write_customer",
    "create_job",
    "change_job",
    "delete_job",
    "create",
    "replace",
    "delete",
)


class Doors:
    """Adds what is done to tables to `log`, and fails for the keys in `broken`.

    The next of `after_read` happens when a customer row was read.
    """

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.broken: tuple[str, ...] = ()
        self.after_read: list[Callable[[], object]] = []

    def to(self, store: Store) -> Store:
        """The tables behind doors."""
        tables = (store.connections, store.outbox, store.backlog, store.state)
        return Store(*(cast("Any", _Door(table, self)) for table in tables))

    def call(self, name: str, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Does one thing to a table."""
        if args and args[0] in self.broken:
            raise AwsError("DynamoDB: InternalServerError")
        if name in LOGGED:
            self.log.append(name)
        result = method(*args, **named)
        if name == "read_customer" and self.after_read:
            self.after_read.pop()()
        return result


class _Door:
    def __init__(self, table: object, doors: Doors) -> None:
        self._table = table
        self._doors = doors

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._doors.call, name, getattr(self._table, name))


def record(message_id: str, body: dict[str, Any], receives: int = 1) -> dict[str, Any]:
    """A message of an SQS event."""
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {"messageId": message_id, "body": encode(body), "attributes": attributes}


def message(*commands: Command, name: str = "message-1", receives: int = 1, project: str = PROJECT) -> dict[str, Any]:
    """A message of an SQS event, with these commands."""
    (body,) = pack(project, commands)
    return record(name, body, receives)
