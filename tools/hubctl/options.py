"""Command-line options for settings, as their model describes them."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import click
from pydantic import BaseModel


class JsonObject(click.ParamType[Any]):
    """A setting that is an object."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The object; fails with the option's name."""
        try:
            return json.loads(value)
        except ValueError as error:
            self.fail(f"is not JSON: {error}", param, ctx)


def of_settings(model: type[BaseModel], without: Collection[str] = ()) -> list[click.Parameter]:
    """One option per setting of the model, which judges what is given; click does not."""
    properties = model.model_json_schema()["properties"]
    return [_option(name, schema) for name, schema in properties.items() if name not in without]


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
        type=JsonObject() if "object" in kinds else None,
        metavar="|".join(schema["enum"]) if "enum" in schema else None,
        help=_help(schema, many),
    )


def _help(schema: dict[str, Any], many: bool) -> str:
    parts = [schema.get("description", "")]
    if many:
        parts.append("(may be repeated)")
    if default := schema.get("default"):
        parts.append(f"[default: {_shown(default)}]")
    return " ".join(parts)


def _shown(default: Any) -> str:
    if isinstance(default, list):
        return ", ".join(map(str, default))
    return json.dumps(default) if isinstance(default, dict) else str(default)
