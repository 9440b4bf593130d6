"""Deliveries to mParticle."""

from typing import Any

from cdphub.outbound.delivery import Delivery
from cdphub.outbound.events import Event, Person
from tests.fakes import PROJECT

PERSON = Person(id="cust_1", source_id="u1", email="ana@example.com")


def delivery(
    data: dict[str, Any] | None = None, customer: Person = PERSON, of: str = "customer.rewarded", key: str = "k"
) -> Delivery:
    """An event of this type and key, on its way to the connection `mparticle`."""
    event = Event(key=key, type=of, id="ev", occurred_at="2026-01-01T00:00:00.007Z", customer=customer, data=data or {})
    return Delivery(trace_id=key, project=PROJECT, connection="mparticle", accepted_ms=0, event=event)
