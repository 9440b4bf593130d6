"""The API of one project: limits, sizes and errors around the calls."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from http.client import responses
from threading import Lock

from tools.local.sandbox.core import Now, Reply, Request, Routes
from tools.local.sandbox.voucherify.bulk import Bulk, Duration
from tools.local.sandbox.voucherify.campaigns import Campaign, Campaigns
from tools.local.sandbox.voucherify.customers import Customers
from tools.local.sandbox.voucherify.errors import RefusedError, integration_key_required, plain, transport
from tools.local.sandbox.voucherify.events import Events
from tools.local.sandbox.voucherify.history import History
from tools.local.sandbox.voucherify.limits import Limit, Limits
from tools.local.sandbox.voucherify.lookup_views import LookupViews
from tools.local.sandbox.voucherify.profiles import Profiles
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.publications import CREATE, Publications
from tools.local.sandbox.voucherify.qualifications import Qualifications
from tools.local.sandbox.voucherify.schemas import Schema, Schemas
from tools.local.sandbox.voucherify.shop import Shop
from tools.local.sandbox.voucherify.values import Ids
from tools.local.sandbox.voucherify.views import Views

MAX_BODY = 10 * 1024 * 1024

CAMPAIGN = "Welcome"
"""The campaign that a project has unless told otherwise; its codes never run out."""

PROMOTIONS = {"Free for all": 5.0}
"""The promotions that a project has unless told otherwise, with what they take off in percent."""


def two_seconds_and_more(customers: int) -> int:
    """How long a bulk job takes unless told otherwise, in milliseconds."""
    return 2_000 + customers


class ProjectApi:
    """One project, for those who have its keys.

    `schemas` maps resources to metadata schemas, `events` the names of custom events to their schemas, `campaigns` the
    names of campaigns to what they are like. Whether metadata is merged key by key (as assumed) or replaced is not
    documented. All effects are added to `history`.
    """

    def __init__(
        self,
        now_ms: Now,
        ids: Ids,
        *,
        schemas: Mapping[str, Schema] | None = None,
        events: Mapping[str, Schema] | None = None,
        campaigns: Mapping[str, Campaign] | None = None,
        limits: Mapping[str, Limit] | None = None,
        replaced: Collection[str] = (),
        bulk_duration: Duration = two_seconds_and_more,
        history: History | None = None,
    ) -> None:
        defined = Schemas(schemas or {}, ids, now_ms)
        self._lock = Lock()
        self._limits = Limits(now_ms, limits or {})
        self._shop = Shop(now_ms, self._limits)
        self._project = Project(now_ms, ids, defined, Profiles(defined, ids, replaced), history or History())
        self._bulk = Bulk(self._project, bulk_duration)
        self._events = Events(self._project, events or {})
        publications = Publications(self._project, Campaigns(ids, campaigns or {CAMPAIGN: Campaign()}))
        qualifications = Qualifications(self._project, publications, dict(PROMOTIONS))
        self._routes = Routes(
            {
                **self._bulk.routes(),
                **Customers(self._project).routes(),
                **self._events.routes(),
                **defined.routes(),
                **publications.routes(),
                **qualifications.routes(),
            }
        )
        views = Views(self._project, self._bulk, self._events, publications, self._limits, self._shop)
        self.views = {**views.routes(), **LookupViews(self._project, qualifications).routes()}

    def call(self, request: Request, *, by_integration: bool = False) -> Reply:
        """Answers a call, with all its effects; `by_integration` if it comes with an integration key."""
        with self._lock:
            self._settle()
            try:
                if request.path == CREATE and not by_integration:
                    raise integration_key_required()
                reply = self._answer(request)
            except RefusedError as refusal:
                reply = refusal.reply(self._project.ids("v-"))
            return self._with_limits(reply)

    def refuse(self, status: int) -> Reply:
        """An error of the API with nothing to explain."""
        with self._lock:
            self._settle()
            return self._with_limits(plain(status).reply(self._project.ids("v-")))

    def report(self, request: Request, name: str) -> Reply:
        """The report of a bulk job, as a file."""
        with self._lock:
            self._settle()
            return self._bulk.report(request, name)

    def event_schemas(self) -> Mapping[str, Schema]:
        """The schemas of custom events, by their names."""
        with self._lock:
            return self._events.definitions

    def view(self, route: str, request: Request, **parts: str) -> Reply:
        """Answers what is asked below `/_sandbox`."""
        with self._lock:
            self._settle()
            return self.views[route](request, **parts)

    def _settle(self) -> None:
        """Whatever goes on by itself, up to now."""
        self._shop.catch_up()
        self._bulk.settle()

    def _answer(self, request: Request) -> Reply:
        self._limits.spend(request.path, self._project.now_ms())
        if len(request.body) > MAX_BODY:
            raise transport(413, f"Payload content length greater than maximum allowed: {MAX_BODY}")
        return self._routes.answer(request, _no_route)

    def _with_limits(self, reply: Reply) -> Reply:
        return replace(reply, headers={**self._limits.headers(), **reply.headers})


def _no_route(status: int) -> Reply:
    raise transport(status, responses[status])
