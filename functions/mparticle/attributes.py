"""A customer's fields from mParticle's identities and user attributes (pure).

Attributes that begin with `$` are mParticle's own: https://docs.mparticle.com/developers/server/json-reference.
Firehose writes them like `$FirstName`, the webhook like `$firstname`.
"""

from collections.abc import Mapping
from typing import Any

from cdphub.fields import name_of
from cdphub.lenient import as_text
from mparticle.values import usable

NAMES = ("$firstname", "$lastname")

_ADDRESS = {
    "$address": "line_1",
    "$city": "city",
    "$state": "state",
    "$zip": "postal_code",
    "$country": "country",
}
_TEXTS = {*NAMES, "$mobile", *_ADDRESS}


def customer_fields(
    identities: Mapping[str, str | None], attributes: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The fields in the canonical schema's words, null where one is gone, and the names of attributes of no use."""
    kept, omitted = usable(attributes)
    texts: dict[str, str | None] = {}
    metadata: dict[str, Any] = {}
    for name, value in kept.items():
        own = name.lower()
        if own not in _TEXTS:
            metadata[own[1:] if own.startswith("$") else name] = value
        elif isinstance(value, list):
            omitted.append(name)
        else:
            texts[own] = as_text(value)
    address = {part: texts[name] for name, part in _ADDRESS.items() if name in texts}
    return _contact(identities, texts) | {"address": address, "metadata": metadata}, omitted


def _contact(identities: Mapping[str, str | None], texts: Mapping[str, str | None]) -> dict[str, str | None]:
    fields = name_of([texts[name] for name in NAMES if name in texts])
    if "$mobile" in texts:
        fields["phone"] = texts["$mobile"]
    for identity, field in (("email", "email"), ("mobile_number", "phone")):
        if identity in identities:
            fields[field] = identities[identity]
    return fields
