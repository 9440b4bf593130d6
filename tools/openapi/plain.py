"""JSON Schemas as people write them: without what only Python's side knows (pure)."""

from typing import Any

Schema = dict[str, Any]

_ANY = "JsonValue"
_LEFT_OUT = ("title", "default")


def plain(schema: Any) -> Any:
    """The schema without titles and defaults, with unions of plain types as lists of types."""
    if isinstance(schema, list):
        return [plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if str(schema.get("$ref")).endswith(_ANY):
        return {}
    kept = {name: value for name, value in schema.items() if name not in _LEFT_OUT}
    if "description" in kept:
        kept["description"] = " ".join(str(kept["description"]).split())
    return _joined({name: _plain_of(name, value) for name, value in kept.items()})


def without_any(named: Schema) -> Schema:
    """The schemas but for that of anything."""
    return {name: schema for name, schema in named.items() if name != _ANY}


def _plain_of(name: str, value: Any) -> Any:
    """The names of properties are no words of JSON Schema's."""
    return {field: plain(each) for field, each in value.items()} if name == "properties" else plain(value)


def _joined(schema: Schema) -> Schema:
    union = schema.get("anyOf", [])
    if not union or not all("type" in each and set(each) <= {"type", "minLength", "maxLength"} for each in union):
        return schema
    types = [kind for each in union for kind in (each["type"] if isinstance(each["type"], list) else [each["type"]])]
    limits = {name: value for each in union for name, value in each.items() if name != "type"}
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, "type": types, **limits}
