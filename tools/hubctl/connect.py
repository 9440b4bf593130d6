"""Connections of projects to CDPs."""

import secrets as chance
import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from cdphub.connections import (
    Connection,
    IntegrationKey,
    connection_parameter,
    digest,
    list_projects,
    read_connection,
    read_project,
)
from cdphub.connections import list_connections as connections_of
from cdphub.credentials import Pair
from cdphub.hub import Hub
from cdphub.profile import Profile
from tools.hubctl.errors import WrongInputError, naming_fields

KEY_BYTES = 32


def connect(
    hub: Hub,
    profile: Profile,
    *,
    project_id: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, Any],
    integration_key: Pair | None = None,
    another: bool = False,
) -> tuple[Connection, Pair]:
    """Joins a project to a CDP, and gives the connection and the key that the CDP is to present.

    The key is a new one unless `integration_key` is to be taken over; its secret is kept nowhere, only its SHA-256.
    `another` admits a second connection to the same CDP. Raises WrongInputError, and cdphub.aws.AwsError.
    """
    with naming_fields():
        checked_settings = _as_given(profile.settings.model_validate(dict(settings)))
        checked_secrets = _as_given(profile.secrets.model_validate(dict(secrets)))
    _check_secrets(profile, checked_settings, checked_secrets)
    _check_project(hub, profile, project_id, another)
    pair = _checked_key(hub, profile.cdp, integration_key) if integration_key else _new_key()
    connection = Connection(
        id=f"{profile.cdp}-{chance.token_hex(4)}", project=project_id, cdp=profile.cdp, settings=checked_settings
    )
    _store(hub, connection, checked_secrets, pair)
    return connection, pair


def list_connections(hub: Hub) -> list[Connection]:
    """The connections of all projects; raises cdphub.aws.AwsError."""
    return [each for project in list_projects(hub.store) for each in connections_of(hub.store, project.id)]


def _as_given(model: BaseModel) -> dict[str, Any]:
    """Without what was left to the default, so that a better default reaches the connection."""
    return model.model_dump(mode="json", exclude_unset=True)


def _check_secrets(profile: Profile, settings: Mapping[str, Any], secrets: Mapping[str, Any]) -> None:
    for secret in profile.needed_secrets(settings):
        if not secrets.get(secret):
            why = " or ".join(profile.secrets_by_setting[secret])
            raise WrongInputError(f"{secret}: is needed if {why} is on")


def _check_project(hub: Hub, profile: Profile, project: str, another: bool) -> None:
    if read_project(hub.store, project) is None:
        raise WrongInputError(f"project: there is none called {project}")
    same = [each.id for each in connections_of(hub.store, project) if each.cdp == profile.cdp]
    if same and not another:
        raise WrongInputError(f"project: {project} is connected to {profile.title} already, by {', '.join(same)}")


def _checked_key(hub: Hub, cdp: str, pair: Pair) -> Pair:
    if not pair.application_id or not pair.secret:
        raise WrongInputError("integration key: both the application id and the secret are needed")
    record = hub.store.connections.read_key(cdp, pair.application_id)
    if record:
        key = IntegrationKey.model_validate_json(record)
        if read_connection(hub.store, key.project, key.connection):
            raise WrongInputError(f"integration key: {pair.application_id} belongs to {key.connection} already")
    return pair


def _new_key() -> Pair:
    return Pair(str(uuid.uuid4()), chance.token_hex(KEY_BYTES))


def _store(hub: Hub, connection: Connection, secrets: dict[str, Any], pair: Pair) -> None:
    """The connection goes last: what is there works, and what was left behind by a failure admits nobody."""
    key = IntegrationKey(
        application_id=pair.application_id,
        secret_sha256=digest(pair.secret),
        project=connection.project,
        connection=connection.id,
    )
    connections = hub.store.connections
    hub.secrets.write(connection_parameter(connection.id), secrets)
    connections.put_key(connection.cdp, key.application_id, key.model_dump_json())
    connections.put_connection(connection.project, connection.id, connection.model_dump_json())
