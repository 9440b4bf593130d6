"""What a connection's mapping may fill, and in which words (pure).

A mapping is {source path: target path}, both dotted.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator

Path = tuple[str, ...]

_ADDRESS = {"city": "city", "state": "state", "country": "country", "street": "line_1", "postalCode": "postal_code"}
_CUSTOMER = ("name", "firstName", "lastName", "email", "description", "phone", "metadata")

# A target that is a whole object stands for these: what is below the source -> what is below the target.
_WHOLE: Mapping[str, Mapping[str, str]] = {
    "customer": {name: name for name in _CUSTOMER} | {f"address.{at}": f"address.{to}" for at, to in _ADDRESS.items()},
    "customer.address": _ADDRESS,
    "referral": {"code": "code", "referrer_id": "referrer_id"},
    "loyalty": {"code": "code"},
}
CUSTOMER_TARGETS = (
    *("customer", "customer.address", "customer.birthdate", "customer.address.line_2"),
    *(f"customer.{target}" for target in _WHOLE["customer"].values()),
)
EVENT_TARGETS = ("event", "metadata", "referral", "referral.code", "referral.referrer_id", "loyalty", "loyalty.code")


def path(text: str) -> Path:
    """The parts of a dotted path."""
    return tuple(text.split("."))


def meant(target: str) -> Iterable[tuple[Path, Path]]:
    """What a target stands for: (path below the source, target path)."""
    if target not in _WHOLE:
        return [((), path(target))]
    return [(path(below), path(f"{target}.{name}")) for below, name in _WHOLE[target].items()]


def _checked(mapping: dict[str, str], targets: Iterable[str], metadata: Iterable[str]) -> dict[str, str]:
    for source, target in mapping.items():
        if "" in path(source):
            raise ValueError(f"{source!r} is no path like traits.email")
        parent, _, key = target.rpartition(".")
        if target not in targets and not (parent in metadata and key):
            keys = [f"{name}.KEY" for name in metadata]
            raise ValueError(f"{target!r} is no target; there are {', '.join([*sorted(targets), *keys])}")
    return mapping


def _for_customers(mapping: dict[str, str]) -> dict[str, str]:
    return _checked(mapping, CUSTOMER_TARGETS, ["customer.metadata"])


def _for_events(mapping: dict[str, str]) -> dict[str, str]:
    return _checked(mapping, (*CUSTOMER_TARGETS, *EVENT_TARGETS), ["customer.metadata", "metadata"])


CustomerMapping = Annotated[dict[str, str], AfterValidator(_for_customers)]
"""A mapping into a customer."""

EventMapping = Annotated[dict[str, str], AfterValidator(_for_events)]
"""A mapping into a custom event and the customer it carries."""
