"""A stack with a project that is connected to Segment, and what the tests of commands read from it."""

import re
from typing import Any

from cdphub.aws import Names
from cdphub.connections import Connection, connection_parameter, list_connections
from cdphub.credentials import Gatekeeper, Pair
from cdphub.hub import Hub, hub_of
from tests.hubctl.conftest import STACK, Run

API_KEY = {"VOUCHERIFY_APPLICATION_ID": "api-key-id", "VOUCHERIFY_SECRET_KEY": "api-key-secret"}
PROJECT_SECRETS = API_KEY | {"VOUCHERIFY_WEBHOOK_SECRET": "webhook-secret"}
WRITE_KEY = {"SEGMENT_WRITE_KEY": "the-write-key"}
CONNECT = ("connect", "segment", "--project", "shop")


def stored() -> Hub:
    """The stack's hub, as a function would see it."""
    return hub_of(Names("", f"{STACK}-", f"/{STACK}/"))


def add_shop(run: Run) -> None:
    """Adds the project `shop`."""
    assert run("project", "add", "shop", "--cluster", "eu", **PROJECT_SECRETS).exit_code == 0


def connected(run: Run, *options: str) -> tuple[Connection, Pair]:
    """The project's connection to Segment, and its key."""
    add_shop(run)
    key = key_in(run(*CONNECT, *options, **WRITE_KEY).stdout)
    return connection(), key


def connection() -> Connection:
    """The project's only connection, as it is now."""
    [only] = list_connections(stored().store, "shop")
    return only


def credentials() -> dict[str, Any]:
    """What the hub presents to that connection's CDP."""
    return stored().secrets.read(connection_parameter(connection().id))


def admits(key: Pair) -> bool:
    """Whether a function that knows nothing yet lets the key in."""
    return Gatekeeper(stored().store, "segment").admit(key) is not None


def key_in(output: str) -> Pair:
    """The integration key that a command printed."""
    found = re.search(r"Application ID +(\S+)\n +Secret key +(\S+)", output)
    assert found, output
    return Pair(found[1], found[2])
