"""What may be shown of a connection: everything but secrets (G7)."""

from typing import Any

from cdphub.connections import Connection, IntegrationKey, list_keys
from cdphub.hub import Hub
from cdphub.pauses import CONNECTIONS, Pause, Pauses
from cdphub.profile import Profile
from cdphub.times import utc
from tools.hubctl.connections import backlog_of
from tools.hubctl.terms import missing_secrets, stored_secrets


def told(connection: Connection, pause: Pause | None) -> dict[str, Any]:
    """One line of a list; `pause` is the connection's, if it is paused for its CDP's sake."""
    return {
        "project": connection.project,
        "connection": connection.id,
        "cdp": connection.cdp,
        "state": connection.state,
        "waits": "" if pause is None else waits(pause),
        "settings": connection.settings,
    }


def told_in_full(hub: Hub, profile: Profile, connection: Connection) -> dict[str, Any]:
    """The same with all settings, its keys, which credentials are there, and what waits; raises AwsError."""
    defaults = profile.settings.model_construct().model_dump(mode="json")
    secrets = stored_secrets(hub, profile, connection)
    missing = missing_secrets(profile, connection.settings, secrets)
    backlog = backlog_of(hub, connection.id)
    return told(connection, Pauses(hub.store.state, CONNECTIONS).current(connection.id)) | {
        "defaults": {name: value for name, value in defaults.items() if name not in connection.settings},
        "credentials": {name: _presence(name, secrets, missing) for name in profile.secrets.model_fields},
        "keys": [told_key(key) for key in list_keys(hub.store, connection)],
        "backlog": {"held": backlog.held, "parked": backlog.parked, "dead": backlog.dead},
    }


def told_key(key: IntegrationKey) -> dict[str, Any]:
    """A key without its secret's hash."""
    return {"application_id": key.application_id, "made": "" if key.made_ms is None else utc(key.made_ms)}


def waits(pause: Pause) -> str:
    """Why something waits, and until when."""
    end = f"probe {utc(pause.probe_at)}" if pause.until is None else f"until {utc(pause.until)}"
    return f"{pause.reason}, {end}"


def _presence(name: str, secrets: dict[str, Any], missing: list[str]) -> str:
    if secrets.get(name):
        return "set"
    return "missing" if name in missing else "not needed"
