"""The connection that a command is about, with its CDP's profile."""

from cdphub.connections import Connection
from cdphub.hub import Hub
from cdphub.profile import Profile, load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.connect import find_connection
from tools.hubctl.errors import WrongInputError


def found(hub: Hub, connection_id: str) -> tuple[Connection, Profile]:
    """Raises WrongInputError, and cdphub.aws.AwsError."""
    connection = find_connection(hub, connection_id)
    return connection, profile_of(connection)


def profile_of(connection: Connection) -> Profile:
    """Its CDP's; raises WrongInputError."""
    profile = load_profiles(FUNCTIONS).get(connection.cdp)
    if profile is None:
        raise WrongInputError(f"connection: {connection.id} goes to {connection.cdp}, which this version does not know")
    return profile
