"""Voucherify's twelve customer events, each in every envelope that it may come in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cdphub.outbound.events import CUSTOMER_EVENTS
from tools.simulation.bulk_jobs import BAD

CREATED = "2023-11-14T22:13:20.000Z"
OF_PROJECTS = {
    "customer.redemption.succeeded": "redemption.succeeded",
    "customer.redemption.failed": "redemption.failed",
    "customer.redemption.rollback.succeeded": "redemption.rollback.succeeded",
    "customer.redemption.rollback.failed": "redemption.rollback.failed",
    "customer.publication.succeeded": "publication.succeeded",
    "customer.rewarded": "customer.rewarded",
    "customer.rewarded.loyalty_points": "customer.rewarded.loyalty_points",
}
"""The types of those that project webhooks bring."""

_SUBJECTS = {
    "redemption": ("customer.redemption.succeeded", "customer.redemption.failed"),
    "redemption_rollback": ("customer.redemption.rollback.succeeded", "customer.redemption.rollback.failed"),
    "publication": ("customer.publication.succeeded", "customer.publication.failed"),
    "reward_redemption": ("customer.reward_redemptions.created", "customer.reward_redemptions.completed"),
    "validation": ("customer.validation.succeeded", "customer.validation.failed"),
}


@dataclass(frozen=True)
class Happening:
    """Something that happened to a customer of its own; the CDPs refuse what is bad."""

    number: int
    type: str
    is_bad: bool = False

    @property
    def person(self) -> str:
        """The source_id of the customer."""
        return f"person-{self.number}"

    def bodies(self) -> list[str]:
        """What Voucherify may post about it."""
        forms: list[Callable[[], dict[str, Any]]] = [self._by_distribution, self._as_activity]
        if self.type in OF_PROJECTS:
            forms.append(self._by_project)
        return [json.dumps(form(), separators=(",", ":")) for form in forms]

    def _by_distribution(self) -> dict[str, Any]:
        return {"id": f"whs_{self.number}", "type": "Tell the hub", "event": self._event(), "data": self._data()}

    def _by_project(self) -> dict[str, Any]:
        """Its record is another than the customer's, unless the event is the customer's own."""
        own, event = OF_PROJECTS[self.type], self._event()
        if own != self.type:
            event |= {"id": f"ev_{self.number}", "type": own}
        return {"id": f"whp_{self.number}", "type": own, "event": event, "data": self._data()}

    def _as_activity(self) -> dict[str, Any]:
        return {**self._event(), "data": {"data": self._data()}}

    def _event(self) -> dict[str, Any]:
        return {"id": f"evcus_{self.number}", "type": self.type, "created_at": CREATED}

    def _data(self) -> dict[str, Any]:
        subject = next((name for name, types in _SUBJECTS.items() if self.type in types), "")
        told = {subject: {"id": f"subject_{self.number}", "amount": 1000}} if subject else {}
        customer = {"id": f"cust_{self.number}", "source_id": self.person}
        return {"customer": customer, "voucher": {"code": BAD if self.is_bad else "good"}, **told}


def happening(number: int, *, is_bad: bool = False) -> Happening:
    """The twelve in turn."""
    return Happening(number, CUSTOMER_EVENTS[number % len(CUSTOMER_EVENTS)], is_bad)
