"""Metadata schemas (https://docs.voucherify.io/api-reference/metadata-schemas/list-metadata-schemas)."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from tools.local.sandbox.core import Handler, Now, Reply, Request
from tools.local.sandbox.voucherify.errors import not_found
from tools.local.sandbox.voucherify.values import Ids, iso_time


class Property(BaseModel):
    """The definition of one metadata key; in JSON the names are Voucherify's (`objectType`, `minLength`)."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    type: Literal["string", "number", "object", "date", "datetime", "geopoint", "boolean", "image_url"]
    array: bool = False
    optional: bool = True
    object_type: str | None = None
    eq: list[Any] | None = None
    ne: list[Any] | None = None
    lt: float | None = None
    lte: float | None = None
    gt: float | None = None
    gte: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    exact_length: int | None = None
    deleted: bool = False

    def shown(self) -> dict[str, Any]:
        """The definition as Voucherify shows it: the first four always, the others where they are set."""
        always = {"type", "array", "optional", "object_type"}
        return {
            **self.model_dump(by_alias=True, include=always),
            **self.model_dump(by_alias=True, exclude=always, exclude_defaults=True),
        }


class Schema(BaseModel):
    """The definitions of one resource, such as `customer`, or of one custom event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow_defined_only: bool = False
    properties: dict[str, Property] = {}

    def defined(self) -> dict[str, Property]:
        """The definitions that have not been deleted."""
        return {name: rule for name, rule in self.properties.items() if not rule.deleted}


class Schemas:
    """The metadata schemas of the project."""

    def __init__(self, schemas: Mapping[str, Schema], ids: Ids, now_ms: Now) -> None:
        self._ids = ids
        self._now_ms = now_ms
        self.set(schemas)

    def set(self, schemas: Mapping[str, Schema]) -> None:
        """Replaces all schemas."""
        self.by_resource = dict(schemas)
        self._shown = [self._as_object(resource, schema) for resource, schema in schemas.items()]

    def of(self, resource: str) -> Schema:
        """A resource's schema, an empty one when it has none."""
        return self.by_resource.get(resource, Schema())

    def routes(self) -> dict[str, Handler]:
        return {"GET /v1/metadata-schemas": self._list, "GET /v1/metadata-schemas/<resource>": self._get}

    def _list(self, request: Request) -> Reply:
        listed = {"object": "list", "data_ref": "schemas", "schemas": self._shown, "total": len(self._shown)}
        return Reply.of(200, listed)

    def _get(self, request: Request, resource: str) -> Reply:
        for schema in self._shown:
            if schema["related_object"] == resource:
                return Reply.of(200, schema)
        raise not_found("metadata schema", resource)

    def _as_object(self, resource: str, schema: Schema) -> dict[str, Any]:
        return {
            "id": self._ids("ms_"),
            "related_object": resource,
            "properties": {name: rule.shown() for name, rule in schema.properties.items()},
            "allow_defined_only": schema.allow_defined_only,
            "created_at": iso_time(self._now_ms()),
            "updated_at": None,
            "object": "metadata_schema",
        }
