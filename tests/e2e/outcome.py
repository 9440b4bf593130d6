"""What came of a load at Voucherify, from the records of its stand-in and the hub's own metrics."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.hub import Hub
from tests.e2e.load import Command
from tests.e2e.project import source_of

NO_ANSWER = (None, 504)
"""Statuses in the record after which a sender cannot know what became of its call: none, or one that came too late."""


@dataclass(frozen=True)
class Attempt:
    """One call about a customer as it reached Voucherify; `event` is the number of the event in it, if there is one."""

    source_id: str
    event: int | None
    status: int | None
    time_ms: int

    @property
    def in_doubt(self) -> bool:
        return self.status in NO_ANSWER


@dataclass(frozen=True)
class Effect:
    """One change of a customer: the numbers of the commands whose values it set, by field."""

    source_id: str
    event: int | None
    fields: Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """`sent` is how often each command was sent, the lists are in the order of arrival and of effect.

    `counted` are the hub's metrics of this time.
    """

    sent: Counter[Command]
    attempts: Sequence[Attempt]
    effects: Sequence[Effect]
    profiles: Mapping[str, Mapping[str, int]]
    counted: Mapping[str, float]

    def events(self, source_id: str) -> list[int]:
        """The numbers of the customer's events in the order of their effects, repeats included."""
        return [effect.event for effect in self.effects_on(source_id) if effect.event is not None]

    def effects_on(self, source_id: str) -> list[Effect]:
        return [effect for effect in self.effects if effect.source_id == source_id]

    def attempts_for(self, source_id: str) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.source_id == source_id]


def outcome(hub: Hub, sent: Counter[Command], counted: Mapping[str, float]) -> Outcome:
    """What the stand-in recorded about the customers of the load."""
    source_ids = {command.source_id for command in sent}
    requests, history = hub.voucherify.shows("requests"), hub.voucherify.shows("history")
    return Outcome(
        sent,
        [_attempt(request) for request in requests if source_of(request["body"]) in source_ids],
        [_effect(effect) for effect in history if effect["source_id"] in source_ids],
        {source_id: _numbers(_written(hub.customer(source_id))) for source_id in source_ids},
        counted,
    )


def _attempt(request: Mapping[str, Any]) -> Attempt:
    body = request["body"]
    number = body["metadata"]["number"] if request["path"] == "/v1/events" else None
    return Attempt(source_of(body), number, request["status"], request["time"])


def _effect(effect: Mapping[str, Any]) -> Effect:
    number = effect["metadata"]["number"] if effect["kind"] == "event" else None
    return Effect(effect["source_id"], number, _numbers(effect["fields"]))


def _written(customer: Mapping[str, Any]) -> dict[str, Any]:
    """Without what Voucherify alone knows."""
    return {name: value for name, value in customer.items() if name != "loyalty"}


def _numbers(fields: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(value) for name, value in _flat(fields) if str(value).isdecimal()}


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", leaf) for inner, leaf in value.items())
        else:
            yield name, value
