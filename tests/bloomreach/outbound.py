"""Deliveries to Bloomreach."""

from typing import Any

from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from tests.builders import START
from tests.fakes import PROJECT

PERSON = Person(id="cust_1", source_id="u1", email="ana@example.com")


def delivery(number: int = 1, data: dict[str, Any] | None = None, customer: Person = PERSON, **named: Any) -> Delivery:
    event = Event(
        key=f"customer.rewarded:{number}",
        type="customer.rewarded",
        id=f"ev_{number}",
        occurred_at="2026-01-01T00:00:00.999Z",
        customer=customer,
        data=data or {"reward": {"id": f"rew_{number}"}},
    )
    return Delivery(
        trace_id=f"t{number}",
        project=PROJECT,
        connection="bloomreach",
        accepted_ms=START + number,
        event=event,
        **named,
    )
