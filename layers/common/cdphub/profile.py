"""A CDP's profile: the one declarative record by which generic code knows a vendor.

Generic code finds profiles by listing the vendor folders and names no vendor.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from cdphub.credentials import CredentialForm
from cdphub.failures import FailureClass


class Settings(BaseModel):
    """The settings that every connection has; a CDP's profile adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    null_clears: bool = Field(
        False, description="A null that the CDP sends clears the field instead of leaving it alone"
    )
    track_events_filter: tuple[str, ...] | None = Field(
        None, description="Names of the custom events to let through to Voucherify instead of all; each costs a call"
    )


class OutboundSettings(Settings):
    """The settings of every connection to a CDP that the hub sends events to."""

    events: tuple[str, ...] | None = Field(None, description="Event types to send instead of the default ones")
    extra_events: tuple[str, ...] = Field((), description="Event types to send besides these")


class Secrets(BaseModel):
    """A CDP's own credentials."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True)
class Route:
    """A method and a path, as template.yaml has them."""

    method: str
    path: str


@dataclass(frozen=True)
class Profile:
    """All that generic code knows about a CDP.

    `prefix` is the first part of its inbound paths, which its clients may double or precede by slashes; `ingest` names
    the handler of `routes`; `credentials` are the forms its key may come in; a request has `body_bytes` at most, and a
    reply `reply_bytes`. Outbound: `settings` (of the connection), `secrets` (kept in Parameter Store), `event_names`
    (Voucherify's event type -> its name there), `default_events` (the types sent unless the connection says otherwise),
    and `failures` (HTTP status -> class, where it differs from the table that all vendors share).
    `secrets_by_setting` are the secrets that only a setting makes necessary (secret -> setting).
    """

    cdp: str
    title: str
    prefix: str
    ingest: str
    routes: tuple[Route, ...]
    credentials: tuple[CredentialForm, ...]
    body_bytes: int
    reply_bytes: int
    settings: type[Settings]
    secrets: type[Secrets]
    event_names: Mapping[str, str] = field(default_factory=dict)
    default_events: tuple[str, ...] = ()
    failures: Mapping[int, FailureClass] = field(default_factory=dict)
    secrets_by_setting: Mapping[str, str] = field(default_factory=dict)


def load_profiles(functions: Path) -> dict[str, Profile]:
    """The profiles of all vendor folders in `functions`, by the CDP's name."""
    folders = sorted(path.parent.name for path in functions.glob("*/profile.py"))
    return {folder: importlib.import_module(f"{folder}.profile").PROFILE for folder in folders}


def load_handler(name: str) -> Callable[..., object]:
    """The function that a dotted name like `segment.ingest.handler` means."""
    module, _, attribute = name.rpartition(".")
    handler: Callable[..., object] = getattr(importlib.import_module(module), attribute)
    return handler
