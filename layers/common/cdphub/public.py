"""HTTPS to public addresses only.

What a name stands for can change after a setting that has it was checked: what counts is the address connected to.
"""

from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError

from cdphub.urls import is_public_address

if TYPE_CHECKING:
    import socket


class _Connection(HTTPSConnection):
    """Hangs up before anything is said, TLS included, if whoever answers has no public address."""

    def _new_conn(self) -> "socket.socket":
        connected = super()._new_conn()
        if not is_public_address(connected.getpeername()[0]):
            connected.close()
            raise NewConnectionError(self, "not a public address")
        return connected


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class PublicAdapter(HTTPAdapter):
    """For a session's https:// URLs."""

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}
