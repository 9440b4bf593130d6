"""Serves WSGI applications, in threads of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    def make_environ(self) -> "WSGIEnvironment":
        """Adds the request's target as it came: the standard library merges slashes at its beginning."""
        environ = super().make_environ()
        environ["hub.target"] = self.requestline.split(" ")[1]
        return environ

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the functions' logs tell more."""


@contextmanager
def serving(application: "WSGIApplication", host: str, port: int) -> Iterator[str]:
    """Serves an application for the length of a `with` block and gives its URL; port 0 is any free one."""
    server = make_server(host, port, application, threaded=True, request_handler=_Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
