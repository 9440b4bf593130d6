"""The whole document, as docs/openapi.yaml has it."""

from typing import Any

import yaml

from cdphub import VERSION
from front.default import PROFILES
from tools.openapi import ROOT, ingest, keys, publications
from tools.openapi.answers import HEADERS, Health, Received, answer, shared, to
from tools.openapi.plain import Schema
from tools.openapi.schemas import Schemas, shown

FILE = ROOT / "docs/openapi.yaml"

_HEAD = "# Made by `python -m tools.openapi` of what the code says; a test holds it to that.\n"

_ABOUT = """\
What CDPs, message platforms and Voucherify call.

Paths are Voucherify's own, or what each CDP's integration calls, so that only the host changes. Other paths are put
right where that is plain (slashes or prefixes doubled), and else answered as the CDP that calls can bear it: 400, 404,
or for Bloomreach 200 with errors.

Before the hub, API Gateway answers some requests by itself, as `{"message": ...}`: 413 above 10 MB, 429 above the
stack's throttling, 500 and 503 when a function fails or takes too long, or a body is above the 6 MB of Lambda.
"""


def document() -> Schema:
    """The document."""
    schemas = Schemas()
    paths, responses = _paths(schemas), shared(schemas)
    signature = {"type": "apiKey", "in": "header", "name": "x-voucherify-signature"}
    described = "HMAC-SHA256 of the body with the project's webhook secret, in hexadecimal."
    return shown(
        {
            "openapi": "3.1.0",
            "info": {"title": "Voucherify CDP Hub", "version": VERSION, "description": _ABOUT},
            "servers": [{"url": "https://{host}", "variables": {"host": {"default": "hub.example.com"}}}],
            "paths": paths,
            "components": {
                "securitySchemes": keys.schemes(PROFILES.values())
                | {"signature": signature | {"description": described}},
                "headers": HEADERS,
                "responses": responses,
                "schemas": dict(sorted(schemas.named.items())),
            },
        }
    )


def written() -> str:
    """The document as YAML."""
    return _HEAD + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes paragraphs as paragraphs."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _paths(schemas: Schemas) -> dict[str, Any]:
    paths: dict[str, Any] = {"/health": {"get": _health(schemas)}}
    for profile in PROFILES.values():
        for route in profile.routes:
            operation = ingest.operation(profile, route, schemas)
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    publishing = [profile for profile in PROFILES.values() if profile.publishing]
    for base in sorted({profile.publishing_base for profile in publishing}):
        whose = [profile for profile in publishing if base in ("", profile.publishing_base)]
        paths |= publications.paths(base, whose, schemas)
    return paths | {"/voucherify/webhooks/{project}": {"post": _webhook(schemas)}}


def _health(schemas: Schemas) -> Schema:
    return {
        "tags": ["The hub"],
        "summary": "Whether the hub answers, and which version",
        "security": [],
        "responses": {"200": answer("It does.", schemas.of(Health))},
    }


def _webhook(schemas: Schemas) -> Schema:
    return {
        "tags": ["Voucherify"],
        "summary": "Voucherify's webhooks, of projects and of distributions",
        "security": [{"signature": []}],
        "parameters": [{"name": "project", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": {
            "required": True,
            "description": "One event (https://docs.voucherify.io/api-reference/introduction-to-webhooks).",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "responses": {
            "202": answer("Stored.", schemas.of(Received)),
            "400": to("Refused"),
            "401": to("Unauthorized"),
            "503": to("NotStored"),
        },
    }
