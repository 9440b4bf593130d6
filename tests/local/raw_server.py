"""An HTTP server that misbehaves byte by byte."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from cdphub import clock
from cdphub.clock import SystemClock

Behaviour = Callable[[socket.socket], None]


class Server:
    """Answers every request of every connection by `behave`; keeps what it read.

    `cut_off` is set when the other side was gone before an answer was out.
    """

    def __init__(self, behave: Behaviour) -> None:
        self.requests: list[bytes] = []
        self.cut_off = Event()
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                while request := _read(connection):
                    self.requests.append(request)
                    self._behave(connection)
            except OSError:
                self.cut_off.set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _read(connection: socket.socket) -> bytes:
    """One request as a whole, however many pieces it comes in; nothing once the other side is gone."""
    received = b""
    while piece := connection.recv(65_536):
        received += piece
        head, end, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if end and len(body) >= (int(length[1]) if length else 0):
            return received
    return b""


@contextmanager
def serving(behave: Behaviour, scale: float = 1) -> Iterator[Server]:
    """A server, and so many hub seconds to a real one."""
    server = Server(behave)
    try:
        with clock.use(SystemClock(scale)):
            yield server
    finally:
        server.close()
