"""Voucherify's API as a whole: keys, limits, sizes and errors around the calls."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from http.client import responses
from threading import Lock

from tools.local.sandbox.core import Handler, Now, Reply, Request, Routes, Vendor
from tools.local.sandbox.voucherify.bulk import REPORTS, Bulk, Duration
from tools.local.sandbox.voucherify.customers import Customers
from tools.local.sandbox.voucherify.errors import RefusedError, plain, transport
from tools.local.sandbox.voucherify.events import Events
from tools.local.sandbox.voucherify.history import History
from tools.local.sandbox.voucherify.limits import Limit, Limits
from tools.local.sandbox.voucherify.profiles import Profiles
from tools.local.sandbox.voucherify.project import Project
from tools.local.sandbox.voucherify.publications import Publications
from tools.local.sandbox.voucherify.schemas import Schema, Schemas
from tools.local.sandbox.voucherify.values import Ids
from tools.local.sandbox.voucherify.views import Views

MAX_BODY = 10 * 1024 * 1024


def two_seconds_and_more(customers: int) -> int:
    """How long a bulk job takes unless told otherwise, in milliseconds."""
    return 2_000 + customers


class Voucherify(Vendor):
    """One project.

    `keys` maps application ids to secret keys, `schemas` resources to metadata schemas, `events` the names of custom
    events to their schemas. Whether metadata is merged key by key (as assumed) or replaced is not documented.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        now_ms: Now,
        *,
        schemas: Mapping[str, Schema] | None = None,
        events: Mapping[str, Schema] | None = None,
        campaigns: Collection[str] = ("Welcome",),
        limits: Mapping[str, Limit] | None = None,
        replace_metadata: bool = False,
        bulk_duration: Duration = two_seconds_and_more,
    ) -> None:
        ids = Ids()
        defined = Schemas(schemas or {}, ids, now_ms)
        self._keys = keys
        self._lock = Lock()
        self._limits = Limits(now_ms, limits or {})
        self._project = Project(now_ms, ids, defined, Profiles(defined, ids, replace_metadata), History())
        self._bulk = Bulk(self._project, bulk_duration)
        self._events = Events(self._project, events or {})
        self._routes = Routes(
            {
                **self._bulk.routes(),
                **Customers(self._project).routes(),
                **self._events.routes(),
                **defined.routes(),
                **Publications(self._project, campaigns).routes(),
            }
        )
        self._reports = Routes({f"GET {REPORTS}<name>": self._bulk.report})

    def handle(self, request: Request) -> Reply:
        with self._lock:
            self._bulk.settle()
            if request.path.startswith(REPORTS):
                return self._reports.answer(request, Reply)
            try:
                reply = self._answer(request)
            except RefusedError as refusal:
                reply = refusal.reply(self._project.ids("v-"))
            return self._with_limits(reply)

    def refuse(self, request: Request, status: int) -> Reply:
        with self._lock:
            return self._with_limits(plain(status).reply(self._project.ids("v-")))

    def _answer(self, request: Request) -> Reply:
        token = request.header("X-App-Token")
        if token is None or self._keys.get(request.header("X-App-Id") or "") != token:
            raise plain(401)
        self._limits.spend(request)
        if len(request.body) > MAX_BODY:
            raise transport(413, f"Payload content length greater than maximum allowed: {MAX_BODY}")
        return self._routes.answer(request, _no_route)

    def _with_limits(self, reply: Reply) -> Reply:
        return replace(reply, headers={**self._limits.headers(), **reply.headers})

    def views(self) -> Mapping[str, Handler]:
        views = Views(self._project, self._events, self._limits)
        return {route: self._locked(handler) for route, handler in views.routes().items()}

    def _locked(self, handler: Handler) -> Handler:
        def answer(request: Request, **parts: str) -> Reply:
            with self._lock:
                self._bulk.settle()
                return handler(request, **parts)

        return answer


def _no_route(status: int) -> Reply:
    raise transport(status, responses[status])
