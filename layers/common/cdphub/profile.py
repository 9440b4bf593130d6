"""A CDP's profile: the one declarative record by which generic code knows a vendor.

Generic code finds profiles by listing the vendor folders and names no vendor.
"""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from cdphub.credentials import CredentialForm
from cdphub.failures import FailureClass
from cdphub.outbound import events
from cdphub.publishing import HANDLER, VERSION, Publishing


class Settings(BaseModel):
    """The settings that every connection has; a CDP's profile adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    null_clears: bool = Field(
        False, description="A null that the CDP sends clears the field instead of leaving it alone"
    )
    track_events_filter: tuple[str, ...] | None = Field(
        None, description="Names of the custom events to let through to Voucherify instead of all; each costs a call"
    )

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """These among a connection's settings; so what one direction lacks is no trouble of the other."""
        return cls.model_validate({name: settings[name] for name in settings if name in cls.model_fields})


class OutboundSettings(Settings):
    """The settings of every connection to a CDP that the hub sends events to."""

    send_events: bool = Field(True, description="Send Voucherify's events to the CDP")
    events: tuple[str, ...] | None = Field(None, description="Event types to send instead of the default ones")
    extra_events: tuple[str, ...] = Field((), description="Event types to send besides these")
    event_names: dict[str, Annotated[str, Field(min_length=1)]] = Field(
        {}, description="Names that events get instead of the default ones, by event type"
    )
    max_event_age: int | None = Field(
        None, ge=1, description="Hours after which an event is not sent any more, instead of at any age"
    )

    @property
    def is_outbound(self) -> bool:
        """Whether anything goes to the CDP."""
        return self.send_events

    def wanted(self, default: Iterable[str]) -> frozenset[str]:
        """The event types to send; `default` are the CDP's."""
        if not self.is_outbound:
            return frozenset()
        return frozenset(default if self.events is None else self.events) | frozenset(self.extra_events)


class PublishingSettings(Settings):
    """The settings of every connection to a CDP that asks the hub for publications."""

    repeat_window: int = Field(
        60,
        ge=0,
        le=30 * 24 * 60,
        description="Minutes in which calls for the same customer and campaign are repeats and get the same code; with"
        " 0 each call that names no occasion gets a new one",
    )
    publications_per_minute: int | None = Field(
        None, ge=1, description="Publications that the hub asks Voucherify for a minute, instead of any number"
    )


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
    reply `reply_bytes`. Outbound: `settings` (of the connection), `secrets` (kept in Parameter Store), `event_name`
    (from Voucherify's event type to the name there), `default_events` (the types sent unless the connection says
    otherwise), and `failures` (HTTP status -> class, where it differs from the table that all vendors share).
    `secrets_by_setting` are the secrets that only settings make necessary (secret -> settings, of which one suffices).
    `publishing` is there if the CDP asks for publications; its settings are then PublishingSettings. `lists` tells the
    metadata keys in which a connection with these settings, as they were given, keeps customers' audiences.
    `customers` is the route that takes what each line of a backfill's file is.
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
    event_name: Callable[[str], str] = events.title
    default_events: tuple[str, ...] = ()
    failures: Mapping[int, FailureClass] = field(default_factory=dict)
    secrets_by_setting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    publishing: Publishing | None = None
    lists: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda _settings: ()
    customers: Route | None = None

    @property
    def publishing_base(self) -> str:
        """What comes before Voucherify's paths in its own calls for publications and lookups."""
        return "" if self.prefix == VERSION else f"/{self.prefix}"

    def name_of(self, event_type: str, settings: OutboundSettings) -> str:
        """What an event is called there by a connection with these settings."""
        return settings.event_names.get(event_type) or self.event_name(event_type)

    def needed_secrets(self, settings: Mapping[str, Any]) -> list[str]:
        """The secrets without which a connection with these settings, as they were given, cannot work."""
        fields = self.settings.model_fields
        return [
            secret
            for secret, field in self.secrets.model_fields.items()
            if field.is_required()
            or any(settings.get(name, fields[name].default) for name in self.secrets_by_setting.get(secret, ()))
        ]

    def handler(self, path: str) -> str:
        """The name of the handler of a path below its prefix."""
        is_publication = self.publishing is not None and path.split("/")[2:3] == [VERSION]
        return HANDLER if is_publication else self.ingest


def load_profiles(functions: Path) -> dict[str, Profile]:
    """The profiles of all vendor folders in `functions`, by the CDP's name."""
    folders = sorted(path.parent.name for path in functions.glob("*/profile.py"))
    return {folder: importlib.import_module(f"{folder}.profile").PROFILE for folder in folders}


def load_handler(name: str) -> Callable[..., object]:
    """The function that a dotted name like `segment.ingest.handler` means."""
    module, _, attribute = name.rpartition(".")
    handler: Callable[..., object] = getattr(importlib.import_module(module), attribute)
    return handler
