"""What stands around the worker: tables that tell of their writes, and messages as Lambda hands them over."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from cdphub.aws import AwsError
from cdphub.commands import pack
from cdphub.queues import encode
from cdphub.schema import Command
from cdphub.store import Store
from tests.fakes import PROJECT

LOGGED = ("put", "put_event", "read_event", "end_event", "write_customer", "create", "replace", "delete")

Target = TypeVar("Target")


class Door:
    """A table that adds the names of what it does to `log`, and fails for the keys in `broken`."""

    def __init__(self, table: object, log: list[str], broken: set[str]) -> None:
        self._table = table
        self._log = log
        self._broken = broken

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._table, name)

        def call(*args: Any, **named: Any) -> Any:
            if args and args[0] in self._broken:
                raise AwsError("DynamoDB: InternalServerError")
            if name in LOGGED:
                self._log.append(name)
            return method(*args, **named)

        return call


def through_doors(store: Store, log: list[str], broken: set[str]) -> Store:
    """The tables behind doors."""

    def door(table: Target) -> Target:
        return cast("Target", Door(table, log, broken))

    return Store(door(store.connections), door(store.outbox), door(store.backlog), door(store.state))


def record(message_id: str, body: dict[str, Any], receives: int = 1) -> dict[str, Any]:
    """A message of an SQS event."""
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {"messageId": message_id, "body": encode(body), "attributes": attributes}


def message(*commands: Command, name: str = "message-1", receives: int = 1, project: str = PROJECT) -> dict[str, Any]:
    """A message of an SQS event, with these commands."""
    (body,) = pack(project, commands)
    return record(name, body, receives)
