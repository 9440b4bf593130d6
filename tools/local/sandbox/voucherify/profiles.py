"""The customers of the project."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.local.sandbox.voucherify.bodies import CustomerBody, CustomerFields
from tools.local.sandbox.voucherify.errors import not_found
from tools.local.sandbox.voucherify.metadata import merged
from tools.local.sandbox.voucherify.schemas import Schemas
from tools.local.sandbox.voucherify.values import Ids, iso_time

_FIELDS = ("name", "description", "email", "phone", "birthdate", "address")


@dataclass
class Customer:
    """One profile; times are milliseconds since 1970, `points` those of loyalty campaigns, by name."""

    id: str
    source_id: str | None
    created_at: int
    updated_at: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """The customer as the API shows it."""
        return {
            "id": self.id,
            "source_id": self.source_id,
            **{name: self.fields.get(name) for name in _FIELDS},
            "metadata": self.fields.get("metadata", {}),
            "loyalty": _loyalty(self.points),
            "system_metadata": {},
            "created_at": iso_time(self.created_at),
            "updated_at": iso_time(self.updated_at) if self.updated_at else None,
            "object": "customer",
        }

    def shown_short(self) -> dict[str, Any]:
        """The customer as it appears within other objects."""
        return {name: self.shown()[name] for name in ("id", "source_id", "name", "email", "metadata", "object")}


def _loyalty(points: Mapping[str, int]) -> dict[str, Any]:
    """What a profile tells of the points that each campaign gave."""
    campaigns = {name: {"points": number, "referred_customers": 0} for name, number in points.items()}
    return {"points": sum(points.values()), "referred_customers": 0, "campaigns": campaigns}


class Profiles:
    """Profiles by id and by source_id."""

    def __init__(self, schemas: Schemas, ids: Ids, replaced: Collection[str]) -> None:
        self._schemas = schemas
        self._ids = ids
        self.replaced = replaced
        self._by_id: dict[str, Customer] = {}
        self._by_source: dict[str, Customer] = {}

    def all(self) -> list[Customer]:
        """All profiles, the oldest first."""
        return list(self._by_id.values())

    def by_source(self, source_id: str) -> Customer | None:
        """The profile with this source_id."""
        return self._by_source.get(source_id)

    def find(self, key: str) -> Customer:
        """The profile with this id or source_id; raises the refusal when there is none."""
        customer = self._by_id.get(key) or self._by_source.get(key)
        if not customer:
            raise not_found("customer", key)
        return customer

    def upsert(self, body: CustomerBody, at: int) -> Customer:
        """Updates the customer with this id, else with this source_id, else creates it.

        An id wins over a source_id, and has to exist. Raises the refusal, and changes nothing, when metadata does not
        fit its schema.
        """
        if body.id:
            return self.update(self.find(body.id), body, at)
        known = self._by_source.get(body.source_id) if body.source_id else None
        return self.update(known or Customer(self._ids("cust_"), body.source_id or None, at), body, at)

    def update(self, customer: Customer, body: CustomerFields, at: int) -> Customer:
        """Sets what was sent and leaves the rest; raises as `upsert` does."""
        sent = body.sent()
        fields = {**customer.fields, **sent}
        if sent.get("address"):
            fields["address"] = {**self._before(customer, "address"), **sent["address"]}
        if "metadata" in sent:
            before = self._before(customer, "metadata")
            fields["metadata"] = merged(before, sent["metadata"] or {}, self._schemas.of("customer"), self._schemas)
        customer.fields = fields
        customer.updated_at = at if customer.id in self._by_id else None
        self._by_id[customer.id] = customer
        if customer.source_id:
            self._by_source[customer.source_id] = customer
        return customer

    def _before(self, customer: Customer, name: str) -> Mapping[str, Any]:
        """What a field's parts are merged into."""
        return {} if name in self.replaced else customer.fields.get(name) or {}

    def remove(self, customer: Customer) -> None:
        """Deletes a profile; its source_id is free again."""
        del self._by_id[customer.id]
        if customer.source_id:
            del self._by_source[customer.source_id]
