"""Which connections want which events."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from cdphub import clock
from cdphub.cache import Cache
from cdphub.connections import Connection, list_connections
from cdphub.profile import OutboundSettings, Profile
from cdphub.store import Store
from voucherify.normalise import canonical

KEEP_MS = clock.MINUTE


@dataclass(frozen=True)
class _Subscriber:
    connection: Connection
    types: frozenset[str]


class Subscribers:
    """The connections of each project as they were at most a minute ago."""

    def __init__(self, store: Store, profiles: Mapping[str, Profile]) -> None:
        self._store = store
        self._profiles = profiles
        self._projects: Cache[list[_Subscriber]] = Cache(self._read, KEEP_MS)

    def of(self, project: str, event_type: str) -> list[Connection]:
        """The project's connections that are not off and want events of this type."""
        return [each.connection for each in self._projects.get(project) if event_type in each.types]

    def _read(self, project: str) -> list[_Subscriber]:
        return [
            _Subscriber(connection, _wanted(self._profiles[connection.cdp], connection))
            for connection in list_connections(self._store, project)
            if connection.state != "off" and connection.cdp in self._profiles
        ]


def _wanted(profile: Profile, connection: Connection) -> frozenset[str]:
    try:
        settings = profile.settings.model_validate(connection.settings)
    except ValidationError:
        # Deliver sees them again, and lets the events wait until they are put right.
        return frozenset(profile.default_events)
    wanted = settings.wanted(profile.default_events) if isinstance(settings, OutboundSettings) else ()
    return frozenset(map(canonical, wanted))
