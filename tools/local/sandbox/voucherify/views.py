"""What the sandbox shows of the project below `/_sandbox`, and lets be set."""

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, NonNegativeInt, TypeAdapter

from tools.local.sandbox.core import Handler, Reply, Request
from tools.local.sandbox.voucherify.bulk import Bulk
from tools.local.sandbox.voucherify.campaigns import Campaign
from tools.local.sandbox.voucherify.events import Events
from tools.local.sandbox.voucherify.limits import Limit, Limits
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.publications import Publications, Repeated
from tools.local.sandbox.voucherify.schemas import Schema
from tools.local.sandbox.voucherify.shop import Pace, Shop

_schemas = TypeAdapter(dict[str, Schema])
_limits = TypeAdapter(dict[str, Limit])
_campaigns = TypeAdapter(dict[str, Campaign])


class Behaviour(BaseModel):
    """What Voucherify does where its documentation is silent or contradicts itself; None leaves it as it was."""

    model_config = ConfigDict(extra="forbid")

    replaced: set[Literal["address", "metadata"]] | None = None
    repeated_source_id: Repeated | None = None
    repeated_join: Repeated | None = None


class BulkJobs(BaseModel):
    """How many of the next bulk jobs end as FAILED."""

    model_config = ConfigDict(extra="forbid")

    failing: NonNegativeInt


class Views:
    """Profiles, publications and effects; `PUT` replaces all schemas, or the limits and campaigns that are named."""

    def __init__(
        self, project: Project, bulk: Bulk, events: Events, publications: Publications, limits: Limits, shop: Shop
    ) -> None:
        self._project = project
        self._bulk = bulk
        self._events = events
        self._publications = publications
        self._limits = limits
        self._shop = shop

    def routes(self) -> Mapping[str, Handler]:
        project = self._project
        return {
            "GET /_sandbox/customers": lambda request: Reply.of(200, [one.shown() for one in project.profiles.all()]),
            "GET /_sandbox/customers/<source_id>": self._customer,
            "GET /_sandbox/history": lambda request: Reply.of(200, project.history.shown()),
            "GET /_sandbox/publications": lambda request: Reply.of(200, self._publications.shown()),
            "PUT /_sandbox/campaigns": lambda request: set_by(request, self._set_campaigns),
            "PUT /_sandbox/metadata-schemas": lambda request: set_by(request, self._set_schemas),
            "PUT /_sandbox/event-schemas": lambda request: set_by(request, self._set_events),
            "PUT /_sandbox/behaviour": lambda request: set_by(request, self._set_behaviour),
            "PUT /_sandbox/bulk-jobs": lambda request: set_by(request, self._set_bulk_jobs),
            "PUT /_sandbox/limits": lambda request: set_by(request, self._set_limits),
            "GET /_sandbox/shop": lambda request: Reply.of(200, self._shop.shown()),
            "PUT /_sandbox/shop": lambda request: set_by(request, self._set_shop),
        }

    def _customer(self, request: Request, source_id: str) -> Reply:
        customer = self._project.profiles.by_source(source_id)
        return Reply.of(200, customer.shown()) if customer else Reply.of(404, {"error": "no such customer"})

    def _set_schemas(self, body: bytes) -> None:
        self._project.schemas.set(_schemas.validate_json(body))

    def _set_events(self, body: bytes) -> None:
        self._events.definitions = _schemas.validate_json(body)

    def _set_limits(self, body: bytes) -> None:
        self._limits.set(_limits.validate_json(body))

    def _set_behaviour(self, body: bytes) -> None:
        wanted = Behaviour.model_validate_json(body)
        if wanted.replaced is not None:
            self._project.profiles.replaced = wanted.replaced
        self._publications.repeated_source_id = wanted.repeated_source_id or self._publications.repeated_source_id
        self._publications.repeated_join = wanted.repeated_join or self._publications.repeated_join

    def _set_campaigns(self, body: bytes) -> None:
        self._publications.campaigns.set(_campaigns.validate_json(body))

    def _set_bulk_jobs(self, body: bytes) -> None:
        self._bulk.failing = BulkJobs.model_validate_json(body).failing

    def _set_shop(self, body: bytes) -> None:
        self._shop.set(Pace.model_validate_json(body))


def set_by(request: Request, setter: Callable[[bytes], None]) -> Reply:
    """Has the body set something; 400 if it cannot."""
    try:
        setter(request.body)
    except ValueError as error:
        return Reply.of(400, {"error": str(error)})
    return Reply(204)
