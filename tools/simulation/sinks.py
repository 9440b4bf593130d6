"""The CDPs as simulated workers find them: a sink of the local cloud for every connection, each behind a network."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from cdphub.http import HttpRequest
from tools.local.sandbox import sinks
from tools.local.sandbox.core import Reply, Request
from tools.simulation.bulk_jobs import BAD
from tools.simulation.history import Attempt
from tools.simulation.network import Network, as_sandbox
from tools.simulation.world import World

_PERSON = re.compile(r"person-\d+")
_DELIVERED = "GET /_sandbox/delivered"
_DUPLICATES = "GET /_sandbox/duplicates"
_RULES = "PUT /_sandbox/rules"
_REFUSING = {"bloomreach": "refused_ids", "braze": "refused_ids", "iterable": "forgottenUserIds"}
"""The rule that has a CDP refuse customers' events, for those whose yes to a call tells which it did not take."""


class Sink(Network[Attempt]):
    """Where one connection's events go; `arrived_ms` is when those about each person first did."""

    def __init__(self, cdp: str, world: World) -> None:
        super().__init__(sinks.sink(cdp, world.now_ms), world.scheduler, world.trouble)
        self.arrived_ms: dict[str, int] = {}
        self._rule = _REFUSING.get(cdp)
        self._refused: set[str] = set()

    def refuse_apart(self, persons: Iterable[str]) -> None:
        """From now on these people's events are refused, and not the calls that have them; if the CDP can tell."""
        if self._rule:
            self._refused = set(persons)
            rules = json.dumps({self._rule: sorted(self._refused)}).encode()
            self._sandbox.views()[_RULES](Request("PUT", "", body=rules))

    def dropped(self) -> int:
        """How many events came again, and were known by their ids."""
        return len(self._sandbox.views()[_DUPLICATES](Request("GET", "")).json())

    def delivered(self) -> Counter[str]:
        """How many events it has taken about each person."""
        items: list[Any] = self._sandbox.views()[_DELIVERED](Request("GET", "")).json()
        return Counter(person for item in items for person in _persons(json.dumps(item)))

    def _note(self, request: HttpRequest) -> Attempt:
        self._trouble.tell(f"sends {(request.body or b'').decode()}")
        return Attempt(self._scheduler.current.name, self._scheduler.now_ms)

    def _take_effect(self, request: HttpRequest, attempt: Attempt) -> Reply:
        asked = as_sandbox(request)
        if BAD in asked.body.decode() and not self._refused:
            return self._sandbox.refuse(asked, 400)
        reply = self._sandbox.handle(asked)
        self._trouble.tell(f"{reply.status} {reply.body.decode()}")
        if reply.status < 300:
            persons = _persons(asked.body.decode())
            if self._refused & persons:
                self._trouble.inject("200 with failed items")
            for person in persons - self._refused:
                self.arrived_ms.setdefault(person, self._scheduler.now_ms)
        return reply


def _persons(text: str) -> set[str]:
    return set(_PERSON.findall(text))
