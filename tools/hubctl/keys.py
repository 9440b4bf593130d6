"""Integration keys: what a CDP presents to the hub. A connection may have several, all of them valid."""

import secrets as chance
import uuid

from cdphub import clock
from cdphub.connections import Connection, IntegrationKey, digest, list_keys, read_connection
from cdphub.credentials import Pair
from cdphub.hub import Hub
from cdphub.profile import load_profiles
from tools.hubctl import FUNCTIONS
from tools.hubctl.errors import WrongInputError

KEY_BYTES = 32

ASKING = [cdp for cdp, profile in load_profiles(FUNCTIONS).items() if profile.publishing]
"""The CDPs that ask for codes: all of them at the same paths, where only the key tells who asks."""


def new_pair() -> Pair:
    """A random one."""
    return Pair(str(uuid.uuid4()), chance.token_hex(KEY_BYTES))


def checked(hub: Hub, cdp: str, pair: Pair) -> Pair:
    """A pair that is to be taken over; raises WrongInputError if a connection that it would be mistaken for has it."""
    if not pair.application_id or not pair.secret:
        raise WrongInputError("integration key: both the application id and the secret are needed")
    for sharer in ASKING if cdp in ASKING else [cdp]:
        record = hub.store.connections.read_key(sharer, pair.application_id)
        if record:
            key = IntegrationKey.model_validate_json(record)
            if read_connection(hub.store, key.project, key.connection):
                raise WrongInputError(f"integration key: {pair.application_id} belongs to {key.connection} already")
    return pair


def put(hub: Hub, connection: Connection, pair: Pair) -> None:
    """Lets the connection's CDP present the pair; of its secret nothing is stored but the SHA-256."""
    key = IntegrationKey(
        application_id=pair.application_id,
        secret_sha256=digest(pair.secret),
        project=connection.project,
        connection=connection.id,
        made_ms=clock.now_ms(),
    )
    hub.store.connections.put_key(connection.cdp, key.application_id, key.model_dump_json())


def add(hub: Hub, connection: Connection, taken: Pair | None = None) -> Pair:
    """One more key for the connection, new unless one is to be taken over; the others stay valid.

    Raises WrongInputError, and cdphub.aws.AwsError.
    """
    pair = checked(hub, connection.cdp, taken) if taken else new_pair()
    put(hub, connection, pair)
    return pair


def revoke(hub: Hub, connection: Connection, application_id: str, *, last: bool = False) -> None:
    """Deletes one of the connection's keys; the only one just if `last` says so.

    Raises WrongInputError, and cdphub.aws.AwsError.
    """
    ids = [key.application_id for key in list_keys(hub.store, connection)]
    if application_id not in ids:
        raise WrongInputError(f"key: {connection.id} has none called {application_id}")
    if len(ids) == 1 and not last:
        raise WrongInputError(
            f"key: {connection.id} has no other; hubctl keys rotate makes one, --last revokes it anyway"
        )
    hub.store.connections.delete_key(connection.cdp, application_id)
