"""Who a message of mParticle's is about (pure).

Firehose and the raw webhook name the same identities differently, and write them in different forms:
https://docs.mparticle.com/developers/partners/firehose and https://docs.mparticle.com/developers/server/json-reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from cdphub.schema import Id
from mparticle.values import filled_text, plain

UserIdentity = Literal[
    "customer_id",
    "email",
    "other",
    "other_id_2",
    "other_id_3",
    "other_id_4",
    "other_id_5",
    "other_id_6",
    "other_id_7",
    "other_id_8",
    "other_id_9",
    "other_id_10",
    "mobile_number",
]
"""The identities under which the hub may tell mParticle of a user, in the words of its JSON schema."""

Identity = Literal[UserIdentity, "mpid"]
"""The identities that the hub asks mParticle for, in the raw webhook's words, which are those of the schema."""

IDENTITIES: tuple[Identity, ...] = get_args(Identity)

_BY_PLAIN_NAME = {
    **{plain(name): name for name in IDENTITIES},
    **{plain(name.replace("_id_", "")): name for name in IDENTITIES if name.startswith("other_id_")},
    "customer": "customer_id",
    "controllercustomerid": "customer_id",
}

_ID: TypeAdapter[str] = TypeAdapter(Id)


def canonical(name: Any) -> Any:
    """An identity's name in the words of `Identity`: "customerId" -> "customer_id", "other2" -> "other_id_2"."""
    return _BY_PLAIN_NAME.get(plain(name), name) if isinstance(name, str) else name


def read_identities(given: Any) -> dict[str, str]:
    """The identities that say something, by name; of several of a kind the first.

    A hashed one says nothing: what it stands for can be neither written to nor found again. An empty text is what the
    SDKs send after a logout.
    """
    found: dict[str, str] = {}
    for name, value in _entries(given):
        text = filled_text(value)
        if isinstance(name, str) and text is not None:
            found.setdefault(canonical(name), text)
    return found


def _entries(given: Any) -> Iterator[tuple[Any, Any]]:
    """Names and values of [{"type", "encoding", "value"}], [{"identity_type", "identity"}] or {name: value}."""
    if isinstance(given, dict):
        given = [
            {"type": name, **(value if isinstance(value, dict) else {"value": value})} for name, value in given.items()
        ]
    for entry in given if isinstance(given, list) else ():
        if isinstance(entry, dict) and entry.get("encoding") in (None, "raw"):
            yield entry.get("type", entry.get("identity_type")), entry.get("value", entry.get("identity"))


def source_ids(identities: Mapping[str, str], priority: Sequence[str]) -> list[str]:
    """The identities that may be the customer's source_id, best first."""
    return [identities[name] for name in priority if name in identities and _is_id(identities[name])]


def _is_id(text: str) -> bool:
    try:
        _ID.validate_python(text)
    except ValidationError:
        return False
    return True
