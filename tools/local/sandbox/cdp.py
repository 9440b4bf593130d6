"""What the stand-ins for CDPs have in common: what came, what was refused, what came again."""

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.local.sandbox.core import Handler, Now, Reply, Request, Routes, Vendor

Event = dict[str, Any]


class RefusedError(Exception):
    """A call that is refused as a whole, with this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Rules(BaseModel):
    """What is refused on command, such as keys or customers."""

    model_config = ConfigDict(extra="forbid")


RulesT = TypeVar("RulesT", bound=BaseModel)


class CdpApi(Vendor, Generic[RulesT]):
    """A CDP's API; `PUT /_sandbox/rules` sets its `rules`."""

    def __init__(self, now_ms: Now, rules: RulesT, routes: Mapping[str, Handler]) -> None:
        self.now_ms = now_ms
        self.rules = rules
        self._delivered: dict[Hashable, Event] = {}
        self._rejected: list[Event] = []
        self._duplicates: list[Event] = []
        self._routes = Routes(routes)
        self._lock = Lock()

    @abstractmethod
    def error(self, status: int) -> Reply:
        """The vendor's own form of an error."""

    def handle(self, request: Request) -> Reply:
        with self._lock:
            try:
                return self._routes.answer(request, self.error)
            except RefusedError as refusal:
                return refusal.reply

    def refuse(self, request: Request, status: int) -> Reply:
        return self.error(status)

    def views(self) -> Mapping[str, Handler]:
        return {
            "GET /_sandbox/delivered": lambda request: Reply.of(200, list(self._delivered.values())),
            "GET /_sandbox/rejected": lambda request: Reply.of(200, self._rejected),
            "GET /_sandbox/duplicates": lambda request: Reply.of(200, self._duplicates),
            "PUT /_sandbox/rules": self._set_rules,
        }

    def deliver(self, key: Hashable, event: Event) -> None:
        """Takes an event whose key is new; another is a duplicate."""
        if key in self._delivered:
            self._duplicates.append(event)
        else:
            self._delivered[key] = event

    def reject(self, reason: str, event: Any) -> None:
        """Notes an event that was not taken, though its request was."""
        self._rejected.append({"reason": reason, "event": event})

    def _set_rules(self, request: Request) -> Reply:
        try:
            self.rules = type(self.rules).model_validate_json(request.body)
        except ValidationError as error:
            return Reply.of(400, {"error": str(error)})
        return Reply(204)
