"""Which metadata Voucherify will take: only what the project's schemas define, only values that fit their definition.

Schemas are what `GET /v1/metadata-schemas` lists: https://docs.voucherify.io/api-reference/metadata-schemas. Nothing is
guessed: what does not fit is omitted, and named with the reason, never with its value (docs/metadata.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdphub.metadata_values import MismatchError, kind_of, parse

Definition = Mapping[str, Any]
Properties = Mapping[str, Definition]
Schemas = Mapping[str, Properties]
"""Definitions by key, by the name of a resource or of a nested object: {"customer": {"plan": {"type": "string"}}}."""

CUSTOMER = "customer"


@dataclass(frozen=True)
class Omitted:
    """A metadata key that is not sent, why, and what kind of value it had; `a.b` is the key b of the object a."""

    key: str
    reason: str
    observed: str


def conform(metadata: Mapping[str, Any], schemas: Schemas, of: str = CUSTOMER) -> tuple[dict[str, Any], list[Omitted]]:
    """What can be sent of the `metadata` of such a resource, and what must be omitted.

    A value that is no longer nested than cdphub.schema allows ends the recursion, also where schemas name each other.
    """
    kept: dict[str, Any] = {}
    omitted: list[Omitted] = []
    properties = schemas.get(of, {})
    for key, value in metadata.items():
        definition = properties.get(key)
        if definition is None or definition.get("deleted"):
            omitted.append(Omitted(key, "undefined", kind_of(value)))
            continue
        try:
            kept[key], inner = fit(value, definition, schemas)
        except MismatchError as mismatch:
            omitted.append(Omitted(key, str(mismatch), kind_of(value)))
        else:
            omitted += [Omitted(f"{key}.{one.key}", one.reason, one.observed) for one in inner]
    return kept, list(dict.fromkeys(omitted))


def conform_event(metadata: Mapping[str, Any], types: Mapping[str, str]) -> tuple[dict[str, Any], list[Omitted]]:
    """An event's metadata with the values parsed to the `types` of their keys; what cannot be parsed is omitted.

    Unlike a customer's, an event's undefined keys are sent as they are.
    """
    kept: dict[str, Any] = {}
    omitted: list[Omitted] = []
    for key, value in metadata.items():
        try:
            kept[key] = parse(value, {"type": types[key]}) if key in types and value is not None else value
        except MismatchError as mismatch:
            omitted.append(Omitted(key, str(mismatch), kind_of(value)))
    return kept, omitted


def fit(value: Any, definition: Definition, schemas: Schemas) -> tuple[Any, list[Omitted]]:
    """The value as its definition wants it, and what is omitted within it; None clears. Raises MismatchError.

    A list goes as a whole: one element that does not fit, and it is not sent.
    """
    if value is None:
        if definition.get("optional") is False:
            raise MismatchError("required, and cannot be cleared")
        return None, []
    if not definition.get("array"):
        return _fit_one(value, definition, schemas)
    if not isinstance(value, list):
        raise MismatchError("not a list")
    fitted = [_fit_one(item, definition, schemas) for item in value]
    return [item for item, _ in fitted], [one for _, inner in fitted for one in inner]


def _fit_one(value: Any, definition: Definition, schemas: Schemas) -> tuple[Any, list[Omitted]]:
    parsed = parse(value, definition)
    nested = definition.get("objectType")
    if not nested or not isinstance(parsed, dict):
        return parsed, []
    if nested not in schemas:
        raise MismatchError(f"no schema {nested}")
    kept, omitted = conform(parsed, schemas, nested)
    for key, inner in schemas[nested].items():
        if inner.get("optional") is False and not inner.get("deleted") and kept.get(key) is None:
            raise MismatchError(f"lacks {key}")
    if parsed and not kept:
        raise MismatchError(f"nothing that {nested} defines")
    return kept, omitted
