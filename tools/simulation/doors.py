"""The doors of the hub as a simulated worker finds them: each call is a step, takes time, and may fail."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from cdphub.aws import AwsError
from cdphub.hub import Hub
from cdphub.queues import Message, QueueError, Queues
from cdphub.store import Store
from tools.simulation.trouble import Trouble

Target = TypeVar("Target")
Method = Callable[[], Any]

_READS = ("read", "list", "due")
_WAYS = ("table's call fails", "table's answer lost", "table's call repeated")


def through_doors(hub: Hub, trouble: Trouble) -> Hub:
    """The hub behind doors that fail as `trouble` says."""
    store = hub.store
    return Hub(
        Store(
            _through(store.connections, trouble),
            _through(store.outbox, trouble),
            _through(store.backlog, trouble),
            _through(store.state, trouble),
        ),
        QueuesDoor(hub.queues, trouble),
        hub.secrets,
    )


def _through(target: Target, trouble: Trouble) -> Target:
    return cast("Target", TableDoor(target, trouble))


class TableDoor:
    """One table of the store."""

    def __init__(self, table: object, trouble: Trouble) -> None:
        self._table = table
        self._trouble = trouble

    def __getattr__(self, name: str) -> Method:
        method = getattr(self._table, name)
        return lambda *args, **named: self._call(name, partial(method, *args, **named))

    def _call(self, name: str, method: Method) -> Any:
        trouble = self._trouble
        trouble.aws_step()
        if trouble.is_throttled():
            trouble.inject("table throttles")
            trouble.blow("failures", f"{name} is throttled")
            raise AwsError("DynamoDB: ThrottlingException")
        if trouble.strikes(trouble.rates.store):
            return self._fail(name, method)
        return method()

    def _fail(self, name: str, method: Method) -> Any:
        """Not done; or done, and the answer is lost; or done, and repeated by the client library, which sees that."""
        way = 0 if name.startswith(_READS) else self._trouble.random.randrange(3)
        self._trouble.inject(_WAYS[way])
        self._trouble.blow("failures", f"{name} fails in way {way}")
        if way:
            method()
        if way == 2:
            return method()
        raise AwsError("DynamoDB: ReadTimeoutError" if way else "DynamoDB: EndpointConnectionError")


class QueuesDoor:
    """SQS: when it fails, some of the messages may have been stored."""

    def __init__(self, queues: Queues, trouble: Trouble) -> None:
        self._queues = queues
        self._trouble = trouble

    def send(self, queue: str, messages: Sequence[Message]) -> None:
        trouble = self._trouble
        trouble.aws_step()
        if trouble.strikes(trouble.rates.queue):
            trouble.inject("queue's call fails in part")
            trouble.blow("failures", "send fails")
            self._queues.send(queue, messages[: trouble.random.randint(0, len(messages))])
            raise QueueError(f"queue {queue}: ReadTimeoutError")
        self._queues.send(queue, messages)
