"""Connections: their keys, credentials, pauses, and what waits or is dead."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdphub.connections import Connection, list_keys
from cdphub.hub import Hub
from cdphub.pauses import CONNECTIONS, Pause, Pauses
from cdphub.profile import Profile
from tools.hubctl import trial
from tools.hubctl.connections import Backlog, backlog_of
from tools.hubctl.doctor.finding import Finding
from tools.hubctl.errors import WrongInputError
from tools.hubctl.terms import missing_secrets, stored_secrets
from tools.hubctl.told import waits


def of_connection(hub: Hub, profile: Profile, connection: Connection) -> Iterator[Finding]:
    """One harmless call to the CDP, if it has one; raises AwsError."""
    about = f"connection {connection.id}"
    if connection.state != "live":
        yield Finding("warning", about, f"is {connection.state}", f"hubctl connections enable {connection.id}")
    if not list_keys(hub.store, connection):
        yield Finding("problem", about, "its CDP has no key for the hub", f"hubctl keys add {connection.id}")
    if pause := Pauses(hub.store.state, CONNECTIONS).current(connection.id):
        yield of_pause(connection, pause)
    yield from of_backlog(connection, backlog_of(hub, connection.id))
    secrets = stored_secrets(hub, profile, connection)
    missing = missing_secrets(profile, connection.settings, secrets)
    yield from of_missing(connection, missing) if missing else of_credentials(profile, connection, secrets)


def of_pause(connection: Connection, pause: Pause) -> Finding:
    """Why nothing goes to the CDP; what waits is kept."""
    about, what = f"connection {connection.id}", f"waits: {waits(pause)}"
    if pause.reason == "auth":
        return Finding("problem", about, what, f"hubctl connections credentials {connection.id}")
    return Finding("warning", about, what, "nothing: it resumes by itself once the CDP answers")


def of_backlog(connection: Connection, backlog: Backlog) -> Iterator[Finding]:
    """Dead letters want somebody; what is held or parked goes by itself."""
    about = f"connection {connection.id}"
    if backlog.dead:
        step = f"hubctl dead-letters list --connection {connection.id}"
        yield Finding("problem", about, f"{backlog} in the backlog", step)
    elif not backlog.is_empty:
        yield Finding(
            "warning", about, f"{backlog} in the backlog", "nothing: it goes on its way when the wait is over"
        )


def of_missing(connection: Connection, missing: Sequence[str]) -> Iterator[Finding]:
    """Credentials that its settings need."""
    step = f"hubctl connections credentials {connection.id}"
    yield Finding("problem", f"connection {connection.id}", f"has no {', '.join(missing)}", step)


def of_credentials(profile: Profile, connection: Connection, secrets: dict[str, Any]) -> Iterator[Finding]:
    """What the CDP says of the hub's credentials."""
    about = f"connection {connection.id}"
    try:
        told = trial.outcome(profile, connection.settings, secrets)
    except WrongInputError as error:
        what = str(error).partition("; --no-check")[0]
        step = f"hubctl connections credentials {connection.id}, or set if it is called at the wrong place"
        yield Finding("problem", about, what, step)
    else:
        yield Finding("ok", about, told or "nothing goes to its CDP, which presents keys of the hub's")
