"""What the backlog holds: dead letters, and messages that wait for a connection."""

from typing import Any, Literal

from pydantic import BaseModel

from cdphub import clock
from cdphub.clock import DAY
from cdphub.failures import FailureClass
from cdphub.store import Store
from cdphub.store.backlog import DEAD, HELD, PARKED, Row

KEEP_MS = 90 * DAY


class DeadLetter(BaseModel):
    """A delivery that ended without success: why, and all that is needed to send it again.

    `key` is that of the delivery, so that a letter written twice is one, and begins with its place; `customer` is the
    outbox's partition key, if known. `payload` is what a message holds: outbound a cdphub.outbound.delivery.Delivery,
    inbound a cdphub.schema.Command with nothing in it but what was refused. Times are hub milliseconds.
    """

    project: str
    connection: str
    direction: Literal["inbound", "outbound"]
    key: str
    failure: FailureClass
    reason: str
    attempts: int
    first_ms: int
    last_ms: int
    customer: str | None = None
    payload: dict[str, Any]


class HeldMessage(BaseModel):
    """A message that goes back to its queue when the connection's wait is over."""

    queue: str
    body: dict[str, Any]


def bury(store: Store, letter: DeadLetter) -> None:
    """Writes the letter to the backlog."""
    expires = clock.now_ms() + KEEP_MS
    text = letter.model_dump_json()
    store.backlog.put(Row(letter.connection, DEAD + letter.key, text, expires, letter.customer))


def hold(
    store: Store, connection: str, key: str, message_id: str, message: HeldMessage, customer: str | None = None
) -> None:
    """Keeps the message until an operator sets the connection live; a second copy of it replaces the first.

    `message_id` is SQS's. What the sweep has sent back is another message: held once more, by a worker that does not
    know yet that the connection is live, it gets a row of its own, and not the one that the sweep is about to delete.
    """
    _keep(store, connection, f"{HELD}{key}#{message_id}", message, customer)


def park(
    store: Store, connection: str, key: str, message_id: str, message: HeldMessage, customer: str | None = None
) -> None:
    """The same until a probe finds that the CDP takes the connection's events again."""
    _keep(store, connection, f"{PARKED}{key}#{message_id}", message, customer)


def _keep(store: Store, connection: str, key: str, message: HeldMessage, customer: str | None) -> None:
    store.backlog.put(Row(connection, key, message.model_dump_json(), clock.now_ms() + KEEP_MS, customer))
