"""What a connection says about the CDP that it goes to: its record, its settings, its credentials."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from cdphub import clock
from cdphub.cache import Cache
from cdphub.connections import Connection, connection_parameter, read_connection
from cdphub.hub import Hub
from cdphub.profile import Profile
from cdphub.secrets import SecretError

KEEP_MS = clock.MINUTE


@dataclass(frozen=True)
class Terms:
    """Settings and credentials, as the CDP's profile types them."""

    settings: Any
    secrets: Any


class TermsReader:
    """Reads them for the connections of one CDP, and keeps them for a while; raises cdphub.aws.AwsError."""

    def __init__(self, profile: Profile, hub: Hub) -> None:
        self._profile = profile
        self._hub = hub
        self._connections: Cache[Connection | None] = Cache(self._read_connection, KEEP_MS)

    def connection(self, project: str, connection: str) -> Connection | None:
        """The connection as it was at most a minute ago."""
        return self._connections.get(f"{project}#{connection}")

    def terms(self, connection: Connection, *, newest: bool) -> Terms | None:
        """The connection's terms, read anew if they must be the newest or cannot be used; None if they cannot."""
        return (None if newest else self._usable(connection, 0)) or self._usable(connection, clock.now_ms())

    def _usable(self, connection: Connection, not_older_than_ms: int) -> Terms | None:
        place, parameter = f"{connection.project}#{connection.id}", connection_parameter(connection.id)
        found = self._connections.get(place, not_older_than_ms=not_older_than_ms) or connection
        try:
            settings = self._profile.settings.model_validate(found.settings)
            given = self._hub.secrets.read(parameter, not_older_than_ms=not_older_than_ms)
            secrets = self._profile.secrets.model_validate(given)
        except (ValidationError, SecretError):
            return None
        needed = self._profile.needed_secrets(found.settings)
        return Terms(settings, secrets) if all(getattr(secrets, name) for name in needed) else None

    def _read_connection(self, place: str) -> Connection | None:
        project, connection = place.split("#")
        return read_connection(self._hub.store, project, connection)
