"""The operations of what CDPs send."""

from cdphub.profile import Profile, Route
from tools.openapi import keys
from tools.openapi.answers import answer, to
from tools.openapi.plain import Schema
from tools.openapi.schemas import Schemas
from tools.openapi.shapes import ANYTHING, Shapes, shapes_of


def operation(profile: Profile, route: Route, schemas: Schemas) -> Schema:
    """What a CDP's route takes and answers."""
    shapes = shapes_of(profile.cdp)
    summary, body = shapes.bodies.get(route.path, (f"What {profile.title} sends", ANYTHING))
    told: Schema = {"tags": [profile.title], "summary": summary, "security": _security(profile, shapes)}
    if headers := shapes.headers.get(route.path):
        told["parameters"] = [
            {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}
            for name, description in headers.items()
        ]
    if body is not None:
        schema = body if body == ANYTHING else schemas.of(body, _prefix(profile), shapes.wire)
        described = f"At most {profile.body_bytes:,} bytes. Keys that are not named here are ignored."
        told["requestBody"] = {"required": True, "description": described, "content": _json(schema)}
    return told | {"responses": _answers(profile, shapes, schemas)}


def _prefix(profile: Profile) -> str:
    return profile.cdp.title()


def _security(profile: Profile, shapes: Shapes) -> list[Schema]:
    return [*keys.requirements(profile.credentials), *([{}] if shapes.is_open else [])]


def _answers(profile: Profile, shapes: Shapes, schemas: Schemas) -> Schema:
    told = {"401": to("Unauthorized"), "503": to("NotStored")}
    if shapes.refused_by_200 is None:
        accepted = schemas.of(shapes.accepted)
        return {"200": answer("Accepted.", accepted), "400": to("Refused")} | told
    either = shapes.accepted | shapes.refused_by_200
    return {"200": answer("Accepted, or refused.", schemas.of(either, _prefix(profile)))} | told


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
