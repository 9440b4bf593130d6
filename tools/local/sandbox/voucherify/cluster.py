"""Voucherify as its clients find it: several projects behind one address, each with a key of its own."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tools.local.sandbox.core import Handler, Now, Reply, Request, Routes, Vendor
from tools.local.sandbox.voucherify.api import ProjectApi
from tools.local.sandbox.voucherify.bulk import REPORTS
from tools.local.sandbox.voucherify.errors import plain
from tools.local.sandbox.voucherify.management import PREFIX, Management
from tools.local.sandbox.voucherify.schemas import Schema
from tools.local.sandbox.voucherify.values import Ids

_keys = TypeAdapter(dict[str, str])


class Voucherify(Vendor):
    """Projects that share nothing but ids and what they begin with.

    `keys` maps application ids to secret keys, each pair that of a project; `options` are those of each `ProjectApi`.
    A project may have integration keys besides, and `management` keys the Management API, in which a project's id is
    its application id.
    Below `/_sandbox` the first project answers, or the one whose application id `?project=` names.
    """

    def __init__(
        self, keys: Mapping[str, str], now_ms: Now, *, management: Mapping[str, str] | None = None, **options: Any
    ) -> None:
        self._ids = Ids()
        self._management = Management(management or {}, self._event_schemas, self._ids, now_ms)
        self._new_project = partial(ProjectApi, now_ms, self._ids, **options)
        self._keys: dict[str, str] = {}
        self._projects: dict[str, ProjectApi] = {}
        self._integrations: set[str] = set()
        self._add(keys)
        self._reports = Routes({f"GET {REPORTS}<application_id>/<name>": self._report})

    def handle(self, request: Request) -> Reply:
        if request.path.startswith(REPORTS):
            return self._reports.answer(request, Reply)
        if request.path.startswith(PREFIX):
            return self._management.answer(request)
        application_id = request.header("X-App-Id") or ""
        token = request.header("X-App-Token")
        if token is None or self._keys.get(application_id) != token:
            return self.refuse(request, 401)
        by_integration = application_id in self._integrations
        return self._projects[application_id].call(request, by_integration=by_integration)

    def refuse(self, request: Request, status: int) -> Reply:
        project = self._projects.get(request.header("X-App-Id") or "")
        return project.refuse(status) if project else plain(status).reply(self._ids("v-"))

    def views(self) -> Mapping[str, Handler]:
        """Those of a project, and two that take `{application id: secret key}`: new projects, new integration keys."""
        first = next(iter(self._projects.values()))
        own = {
            "PUT /_sandbox/projects": self._add_projects,
            "PUT /_sandbox/integration-keys": self._add_integrations,
        }
        return {**own, **{route: partial(self._view, route) for route in first.views}}

    def _add(self, keys: Mapping[str, str]) -> None:
        for application_id, secret_key in keys.items():
            self._projects[application_id] = self._new_project()
            self._keys[application_id] = secret_key

    def _add_projects(self, request: Request) -> Reply:
        try:
            self._add(_keys.validate_json(request.body))
        except ValidationError as error:
            return Reply.of(400, {"error": str(error)})
        return Reply(204)

    def _add_integrations(self, request: Request) -> Reply:
        project = self._named(request)
        if project is None:
            return Reply.of(404, {"error": "no such project"})
        try:
            keys = _keys.validate_json(request.body)
        except ValidationError as error:
            return Reply.of(400, {"error": str(error)})
        self._keys |= keys
        self._integrations.update(keys)
        self._projects |= dict.fromkeys(keys, project)
        return Reply(204)

    def _named(self, request: Request) -> ProjectApi | None:
        return self._projects.get(request.query.get("project", next(iter(self._projects))))

    def _event_schemas(self, application_id: str) -> Mapping[str, Schema] | None:
        project = self._projects.get(application_id)
        return project.event_schemas() if project else None

    def _view(self, route: str, request: Request, **parts: str) -> Reply:
        project = self._named(request)
        return project.view(route, request, **parts) if project else Reply.of(404, {"error": "no such project"})

    def _report(self, request: Request, application_id: str, name: str) -> Reply:
        project = self._projects.get(application_id)
        return project.report(request, name) if project else Reply(404)
