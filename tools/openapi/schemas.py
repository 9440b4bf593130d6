"""JSON Schemas of what is sent, which is more than what the models keep of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from cdphub import lenient
from tools.openapi.plain import Schema, plain, without_any

Wire = Mapping[Callable[..., Any], Callable[[Schema], Schema]]
"""Validators that make something else of what is sent, and what that may be, of the schema of what they make of it."""


def or_else(other: Schema) -> Callable[[Schema], Schema]:
    """For validators that take something else besides."""
    return lambda inner: {"anyOf": [inner, other]}


_LENIENT: Wire = {
    lenient.Scalar.func: or_else({"type": ["number", "boolean"]}),
    lenient.Object.func: or_else({"enum": [None, ""]}),
}


class Schemas:
    """The document's schemas by name; those of a CDP begin with its name."""

    def __init__(self) -> None:
        self.named: Schema = {}

    def of(self, kind: Any, prefix: str = "", wire: Wire | None = None) -> Schema:
        """The schema of a type; the models that it is made of get names."""
        template = f"#/components/schemas/{prefix}{{model}}"
        made = TypeAdapter(kind).json_schema(schema_generator=_generator(wire or {}), ref_template=template)
        named = without_any(made.pop("$defs", {}))
        if "title" in made:
            named[title := made["title"]] = made
            made = {"$ref": template.format(model=title)}
        self.named |= {f"{prefix}{name}": plain(schema) for name, schema in named.items()}
        return dict(plain(made))


def any_of(schemas: Sequence[Schema]) -> Schema:
    """The schema of what fits one of them."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def shown(schema: Schema) -> Schema:
    """A copy in which nothing is the same object twice, or YAML would write anchors."""
    copy: Schema = json.loads(json.dumps(schema))
    return copy


def _generator(wire: Wire) -> type[GenerateJsonSchema]:
    known = {**_LENIENT, **wire}

    class Generator(GenerateJsonSchema):
        def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> Schema:
            sent = known.get(cast(Any, schema["function"]["function"]))
            inner = super().function_before_schema(schema)
            return sent(inner) if sent else inner

    return Generator
