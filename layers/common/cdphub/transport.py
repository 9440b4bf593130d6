"""HTTP to the vendors, through urllib3: connections are used again, exchanges have a deadline, no redirects."""

import ssl

import certifi
from urllib3 import BaseHTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import Timeout

from cdphub import clock
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.public import PublicPool
from cdphub.rested import PlainPool
from cdphub.urls import are_local_urls_allowed

CONNECT_SECONDS = 3.0
READ_SECONDS = 7.0
# No vendor has that much to say; a worker's memory is not theirs to fill.
MOST_BYTES = 10 * 1024 * 1024
# What stays open for the next request: hosts, and connections to each.
HOSTS = 100
CONNECTIONS = 16

_PIECE_BYTES = 64 * 1024
_ENCODINGS = {"Accept-Encoding": "gzip, deflate"}


class Urllib3Transport:
    """The real thing, for all threads of an instance. Time-outs are hub seconds."""

    def __init__(self) -> None:
        # Reading the authorities' certificates takes longer than all else about a connection: once is enough.
        trusted = ssl.create_default_context(cafile=certifi.where())
        self._pools = PoolManager(HOSTS, maxsize=CONNECTIONS, ssl_context=trusted)
        https = HTTPSConnectionPool if are_local_urls_allowed() else PublicPool
        self._pools.pool_classes_by_scheme = {"http": PlainPool, "https": https}

    def send(self, request: HttpRequest) -> HttpReply:
        deadline = clock.now_ms() + request.within_ms
        try:
            with self._pools.request(
                request.method,
                request.url,
                headers={**_ENCODINGS, **request.headers},
                body=request.body,
                timeout=_timeout(request.within_ms),
                redirect=False,
                retries=False,
                preload_content=False,
            ) as response:
                body = _read(response, deadline)
        except (HTTPError, ValueError) as error:
            raise NoReplyError(type(error).__name__, written=_may_be_written(error)) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpReply(response.status, headers, body)


def _timeout(within_ms: int) -> Timeout:
    """For connecting, for each wait for a part of the reply, and for both until the reply begins."""
    return Timeout(
        connect=clock.real_seconds(CONNECT_SECONDS),
        read=clock.real_seconds(READ_SECONDS),
        total=clock.real_seconds(within_ms / clock.SECOND),
    )


def _read(response: BaseHTTPResponse, deadline_ms: int) -> bytes:
    """The body as it comes in; other ways to read it wait for a full piece, however slowly that trickles in."""
    pieces, size = [], 0
    while piece := response.read1(_PIECE_BYTES, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise NoReplyError("the reply's body is too long", written=True)
        if clock.now_ms() > deadline_ms:
            raise NoReplyError("the reply's body did not end in time", written=True)
    return b"".join(pieces)


def _may_be_written(error: Exception) -> bool:
    # A ValueError: a header or an address that cannot be written, such as a key with a character that HTTP has not.
    return not isinstance(error, ConnectTimeoutError | NewConnectionError | ValueError)
