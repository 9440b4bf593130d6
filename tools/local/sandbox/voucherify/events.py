"""Custom events (https://docs.voucherify.io/api-reference/events/track-custom-event)."""

from collections.abc import Mapping

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bodies import EventBody, json_of, parse
from tools.local.sandbox.voucherify.errors import invalid_payload
from tools.local.sandbox.voucherify.history import Effect
from tools.local.sandbox.voucherify.metadata import merged
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.schemas import Schema


class Events:
    """The call /v1/events: every event name is accepted until some are defined, then only those."""

    def __init__(self, project: Project, definitions: Mapping[str, Schema]) -> None:
        self._project = project
        self.definitions = definitions

    def routes(self) -> dict[str, Handler]:
        return {"POST /v1/events": self._track}

    def _track(self, request: Request) -> Reply:
        body = parse(EventBody, json_of(request))
        self._check(body)
        at = self._project.now_ms()
        customer = self._project.profiles.upsert(body.customer, at)
        self._project.history.add(
            Effect(at, "event", customer.source_id, request.index, body.customer.sent(), body.event, body.metadata)
        )
        return Reply.of(
            200,
            {
                "object": "event",
                "type": body.event,
                "customer": customer.shown_short(),
                "referral": body.referral and body.referral.model_dump(exclude_unset=True),
                "loyalty": body.loyalty and body.loyalty.model_dump(),
                "metadata": body.metadata or {},
            },
        )

    def _check(self, body: EventBody) -> None:
        if not self.definitions:
            return
        if body.event not in self.definitions:
            raise invalid_payload(f"Event '{body.event}' is not defined")
        merged({}, body.metadata or {}, self.definitions[body.event], self._project.schemas)
