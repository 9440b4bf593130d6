"""HTTP to the vendors, through requests: one session per thread, a deadline for the whole exchange, no redirects."""

import threading

import requests
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import Timeout

from cdphub import clock
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.public import PublicAdapter
from cdphub.urls import are_local_urls_allowed

CONNECT_SECONDS = 3.0
READ_SECONDS = 7.0
# No vendor has that much to say; a worker's memory is not theirs to fill.
MOST_BYTES = 10 * 1024 * 1024

_PIECE_BYTES = 64 * 1024


class RequestsTransport:
    """The real thing. Time-outs are hub seconds."""

    def __init__(self) -> None:
        self._threads = threading.local()

    def send(self, request: HttpRequest) -> HttpReply:
        deadline = clock.now_ms() + request.within_ms
        try:
            with self._session().request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
                # requests hands urllib3's own form on, which its type stubs do not know.
                timeout=_timeout(request.within_ms),  # type: ignore[arg-type]
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read(response, deadline)
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            raise NoReplyError(type(error).__name__, written=_may_be_written(error)) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpReply(response.status_code, headers, body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = requests.Session()
            # Neither a proxy nor a .netrc of the machine has a say in what goes to a vendor.
            session.trust_env = False
            if not are_local_urls_allowed():
                session.mount("https://", PublicAdapter())
            self._threads.session = session
        return session


def _timeout(within_ms: int) -> Timeout:
    """For connecting, for each wait for a part of the reply, and for both until the reply begins."""
    return Timeout(
        connect=clock.real_seconds(CONNECT_SECONDS),
        read=clock.real_seconds(READ_SECONDS),
        total=clock.real_seconds(within_ms / clock.SECOND),
    )


def _read(response: requests.Response, deadline_ms: int) -> bytes:
    """The body as it comes in; other ways to read it wait for a full piece, however slowly that trickles in."""
    pieces, size = [], 0
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise requests.RequestException("the reply's body is too long")
        if clock.now_ms() > deadline_ms:
            raise requests.Timeout("the reply's body did not end in time")
    return b"".join(pieces)


def _may_be_written(error: Exception) -> bool:
    # A ValueError: a header or an address that cannot be written, such as a key with a character that HTTP has not.
    if isinstance(error, requests.ConnectTimeout | ValueError):
        return False
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(cause, NewConnectionError)
