"""HTTP/1.1 for a stand-in, in a thread of this process.

The standard library's server, since connections are kept alive as the vendors do; Werkzeug's closes each one.
"""

import os
import socket
import struct
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cdphub import clock
from tools.local.sandbox.core import Core, Reply, Request

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05
"""How soon `stop` is noticed."""

PIECES = 8
"""In so many a slow body comes."""


class _Connection(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Listener"

    def handle(self) -> None:
        with suppress(ConnectionError):  # the client gave up
            super().handle()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        try:
            reply = self.server.core.handle(self._request())
        except ConnectionResetError:
            self._reset()
        else:
            self._send(reply)

    def _request(self) -> Request:
        """The request; raises ConnectionResetError if its sender died before it was whole."""
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionResetError
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        return Request(self.command, target.path, query, dict(self.headers), body)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        body = reply.body or (b" " if reply.drip or reply.cut else b"")
        if reply.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.cut:
            body = body[: len(body) // 2]
            self.close_connection = True
        self._write(body, reply.drip)

    def _write(self, body: bytes, drip: float) -> None:
        """Sends a body, in pieces that are spread over so many seconds."""
        size = max(1, -(-len(body) // PIECES) if drip else len(body))
        starts = range(0, len(body), size)
        for start in starts:
            clock.sleep(drip / len(starts))
            self.wfile.write(body[start : start + size])

    def _reset(self) -> None:
        """Closes with a reset: without lingering, and past the streams that still hold the socket."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Nothing: what came is in the record of requests."""


class _Listener(ThreadingHTTPServer):
    """The listening socket and the connections it has accepted."""

    request_queue_size = 128

    def __init__(self, core: Core, host: str, port: int) -> None:
        self.core = core
        self.connections: set[socket.socket] = set()
        super().__init__((host, port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.connections):
            with suppress(OSError):  # it has just ended by itself
                connection.shutdown(socket.SHUT_RDWR)


class Server:
    """A stand-in that is being served at `url`."""

    def __init__(self, core: Core, host: str, port: int) -> None:
        self._listener = _Listener(core, host, port)
        self._thread = Thread(target=self._listener.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()
        self.url = f"http://{host}:{self._listener.server_port}"

    def stop(self) -> None:
        """Ends the server and all its connections."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def serve(core: Core, port: int = 0, host: str = LOOPBACK) -> Server:
    """Serves a stand-in, on a free port of loopback unless others are given."""
    return Server(core, host, port)
