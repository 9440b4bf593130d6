"""Command-line options for a CDP's settings, as its profile's model describes them."""

from collections.abc import Mapping
from typing import Any

import click

from cdphub.profile import Profile


def of_settings(profile: Profile) -> list[click.Parameter]:
    """One option per setting; the model, not click, judges what is given."""
    properties = profile.settings.model_json_schema()["properties"]
    return [_option(name, schema) for name, schema in properties.items()]


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that were given, without those left to their defaults."""
    return {name: value for name, value in values.items() if value not in (None, ())}


def _option(name: str, schema: dict[str, Any]) -> click.Option:
    kinds = [kind.get("type") for kind in schema.get("anyOf", [schema])]
    flag = name.replace("_", "-")
    many = "array" in kinds
    return click.Option(
        [f"--{flag}/--no-{flag}" if "boolean" in kinds else f"--{flag}", name],
        default=None,
        multiple=many,
        metavar="|".join(schema["enum"]) if "enum" in schema else None,
        help=_help(schema, many),
    )


def _help(schema: dict[str, Any], many: bool) -> str:
    parts = [schema.get("description", "")]
    if many:
        parts.append("(may be repeated)")
    if schema.get("default"):
        parts.append(f"[default: {schema['default']}]")
    return " ".join(parts)
