"""HTTPS to public addresses only.

What a name stands for can change after a setting that has it was checked: what counts is the address connected to.
"""

from typing import TYPE_CHECKING

from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError

from cdphub.rested import RestedConnection
from cdphub.urls import is_public_address

if TYPE_CHECKING:
    import socket


class _Connection(RestedConnection, HTTPSConnection):
    """Hangs up before anything is said, TLS included, if whoever answers has no public address."""

    def _new_conn(self) -> "socket.socket":
        connected = super()._new_conn()
        if not is_public_address(connected.getpeername()[0]):
            connected.close()
            raise NewConnectionError(self, "not a public address")
        return connected


class PublicPool(HTTPSConnectionPool):
    """The connections to one host."""

    ConnectionCls = _Connection
