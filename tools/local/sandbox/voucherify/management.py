"""The Management API, a feature of Enterprise plans (https://docs.voucherify.io/api-reference/management)."""

from collections.abc import Callable, Mapping
from http.client import responses
from typing import Any

from tools.local.sandbox.core import Now, Reply, Request, Routes
from tools.local.sandbox.voucherify.errors import RefusedError, not_found, plain, transport
from tools.local.sandbox.voucherify.schemas import Schema
from tools.local.sandbox.voucherify.values import Ids, iso_time

PREFIX = "/management/"

_MISSING = {
    "code": 402,
    "key": "missing_required_feature",
    "message": "Payment required",
    "details": "Your current plan does not include a feature required to perform this operation.",
}

Definitions = Callable[[str], Mapping[str, Schema] | None]
"""The custom events' schemas of a project, by its id in this API; None if there is no such project."""


class Management:
    """`keys` maps key ids to tokens; without any the plan does not have the feature."""

    def __init__(self, keys: Mapping[str, str], definitions: Definitions, ids: Ids, now_ms: Now) -> None:
        self._keys = keys
        self._definitions = definitions
        self._ids = ids
        self._now_ms = now_ms
        self._routes = Routes({"GET /management/v1/projects/<project>/custom-event-schemas": self._list})

    def answer(self, request: Request) -> Reply:
        """Answers a call below /management/."""
        try:
            if not self._keys:
                raise RefusedError(402, _MISSING)
            token = request.header("X-Management-Token")
            if token is None or self._keys.get(request.header("X-Management-Id") or "") != token:
                raise plain(401)
            return self._routes.answer(request, _no_route)
        except RefusedError as refusal:
            return refusal.reply(self._ids("v-"))

    def _list(self, request: Request, project: str) -> Reply:
        definitions = self._definitions(project)
        if definitions is None:
            raise not_found("project", project)
        shown = [self._shown(name, schema) for name, schema in definitions.items()]
        return Reply.of(200, {"object": "list", "data_ref": "data", "data": shown, "total": len(shown)})

    def _shown(self, name: str, schema: Schema) -> dict[str, Any]:
        properties = {
            key: rule.model_dump(include={"type", "optional"}) | ({"deleted": True} if rule.deleted else {})
            for key, rule in schema.properties.items()
        }
        return {
            "id": self._ids("ms_"),
            "name": name,
            "schema": {"properties": properties},
            "created_at": iso_time(self._now_ms()),
            "object": "custom-event-schema",
        }


def _no_route(status: int) -> Reply:
    raise transport(status, responses[status])
