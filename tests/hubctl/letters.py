"""Dead letters as a stack's functions leave them behind."""

from typing import Any

from cdphub.backlog import DeadLetter, bury
from cdphub.commands import dumped
from cdphub.failures import FailureClass
from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from cdphub.schema import Command
from cdphub.store import Store
from tests.builders import ADA, CONNECTION, START
from tests.fakes import PROJECT

CUSTOMER = "shop#0123"
SECRET_REASON = "400 invalid_payload ada@example.com is no name"


def bury_command(store: Store, command: Command, **changes: Any) -> DeadLetter:
    """Has Voucherify refuse a command."""
    letter = _letter(f"{command.order}#part", dumped(command), direction="inbound", connection=command.connection)
    return _buried(store, letter, changes)


def bury_event(store: Store, number: int, connection: str = CONNECTION, **changes: Any) -> DeadLetter:
    """Has a CDP refuse event `number`, which came `number` seconds after the beginning."""
    event = Event(
        key=f"customer.rewarded:{number}",
        type="customer.rewarded",
        id=f"evcus_{number}",
        occurred_at="2026-03-02T09:14:58.600Z",
        customer=Person(source_id=ADA),
        data={"name": "Ada"},
    )
    delivery = Delivery(
        trace_id=f"trace{number}",
        project=PROJECT,
        connection=connection,
        accepted_ms=START + number * 1_000,
        customer=CUSTOMER,
        event=event,
        attempts=3,
        first_ms=START,
    )
    letter = _letter(delivery.key, delivery.model_dump(mode="json"), direction="outbound", connection=connection)
    return _buried(store, letter, changes)


def _letter(key: str, payload: dict[str, Any], **named: Any) -> DeadLetter:
    return DeadLetter(
        project=PROJECT,
        key=key,
        failure=FailureClass.INVALID,
        reason=SECRET_REASON,
        attempts=3,
        first_ms=START,
        last_ms=START,
        customer=CUSTOMER,
        payload=payload,
        **named,
    )


def _buried(store: Store, letter: DeadLetter, changes: dict[str, Any]) -> DeadLetter:
    changed = letter.model_copy(update=changes)
    bury(store, changed)
    return changed
