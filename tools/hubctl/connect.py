"""Connections of projects to CDPs."""

import secrets as chance
from collections.abc import Mapping
from typing import Any

from cdphub import pool
from cdphub.connections import Connection, connection_parameter, list_projects, read_project
from cdphub.connections import list_connections as connections_of
from cdphub.credentials import Pair
from cdphub.hub import Hub
from cdphub.profile import Profile
from tools.hubctl import keys
from tools.hubctl.errors import WrongInputError
from tools.hubctl.terms import check_secrets, checked_secrets, checked_settings
from tools.hubctl.trial import Trial, untried


def connect(
    hub: Hub,
    profile: Profile,
    *,
    project_id: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, Any],
    integration_key: Pair | None = None,
    another: bool = False,
    trial: Trial = untried,
) -> tuple[Connection, Pair]:
    """Joins a project to a CDP, and gives the connection and the key that the CDP is to present.

    The key is a new one unless `integration_key` is to be taken over; its secret is kept nowhere, only its SHA-256.
    `another` admits a second connection to the same CDP; `trial` is asked before anything is stored.
    Raises WrongInputError, and cdphub.aws.AwsError.
    """
    fitting_settings, fitting_secrets = checked_settings(profile, settings), checked_secrets(profile, secrets)
    check_secrets(profile, fitting_settings, fitting_secrets)
    _check_project(hub, profile, project_id, another)
    pair = keys.checked(hub, profile.cdp, integration_key) if integration_key else keys.new_pair()
    trial(profile, fitting_settings, fitting_secrets)
    # By what the id begins with, the rights of a CDP's functions are limited to the secrets of its own connections.
    connection = Connection(
        id=f"{profile.cdp}-{chance.token_hex(4)}", project=project_id, cdp=profile.cdp, settings=fitting_settings
    )
    _store(hub, connection, fitting_secrets, pair)
    return connection, pair


def list_connections(hub: Hub) -> list[Connection]:
    """The connections of all projects; raises cdphub.aws.AwsError."""
    by_project = pool.run(lambda project: connections_of(hub.store, project.id), list_projects(hub.store))
    return [each for connections in by_project for each in connections]


def find_connection(hub: Hub, connection: str) -> Connection:
    """The connection called `connection`; raises WrongInputError, and cdphub.aws.AwsError."""
    found = next((each for each in list_connections(hub) if each.id == connection), None)
    if found is None:
        raise WrongInputError(f"connection: there is none called {connection}; hubctl connections list shows them all")
    return found


def _check_project(hub: Hub, profile: Profile, project: str, another: bool) -> None:
    if read_project(hub.store, project) is None:
        raise WrongInputError(f"project: there is none called {project}")
    same = [each.id for each in connections_of(hub.store, project) if each.cdp == profile.cdp]
    if same and not another:
        raise WrongInputError(f"project: {project} is connected to {profile.title} already, by {', '.join(same)}")


def _store(hub: Hub, connection: Connection, secrets: dict[str, Any], pair: Pair) -> None:
    """The connection goes last: what is there works, and what was left behind by a failure admits nobody."""
    hub.secrets.write(connection_parameter(connection.id), secrets)
    keys.put(hub, connection, pair)
    hub.store.connections.put_connection(connection.project, connection.id, connection.model_dump_json())
