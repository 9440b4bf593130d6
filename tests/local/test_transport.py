"""HTTP to the vendors over a real socket: what is a reply, and what leaves a call in doubt (G2)."""

import gzip
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from cdphub import clock, transport
from cdphub.http import HttpReply, HttpRequest, NoReplyError
from cdphub.public import PublicPool
from cdphub.rested import LONGEST_REST_MS, RestedConnection
from cdphub.transport import Urllib3Transport
from tests.fakes import FakeClock
from tests.local.raw_server import Behaviour, Server, serving

SCALE = 50
"""Makes time-outs come soon; too fast for a server that is to answer in time."""


def replying(status: str, body: bytes = b"", *headers: str) -> Behaviour:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return lambda connection: connection.sendall(head.encode() + body)


def replying_in_chunks(connection: socket.socket) -> None:
    packed = gzip.compress(b'{"id":1}')
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n")
    for chunk in (packed[:7], packed[7:], b""):
        connection.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")


def send(server: Server, body: bytes | None = None) -> HttpReply:
    headers = {"x-app-id": "app"}
    return Urllib3Transport().send(HttpRequest("POST", server.url + "/v1/customers", headers, body))


def test_a_request_goes_out_as_it_is_and_its_reply_comes_back() -> None:
    with serving(replying("200 OK", b'{"id":1}', "X-Rate-Limit-Limit: 100")) as server:
        reply = send(server, b'{"name":"Ada"}')
    assert (reply.status, reply.body, reply.headers["x-rate-limit-limit"]) == (200, b'{"id":1}', "100")
    (request,) = server.requests
    assert request.startswith(b"POST /v1/customers HTTP/1.1\r\n")
    assert b"x-app-id: app\r\n" in request
    assert request.endswith(b'\r\n\r\n{"name":"Ada"}')


def test_a_reply_may_come_packed_and_in_chunks() -> None:
    with serving(replying_in_chunks) as server:
        assert send(server).body == b'{"id":1}'


def test_a_reply_without_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 5)
    with serving(replying("200 OK", b"123456")) as server, pytest.raises(NoReplyError) as caught:
        send(server)
    assert caught.value.written
    with serving(replying("200 OK", b"12345")) as server:
        assert send(server).body == b"12345"


@pytest.mark.parametrize("status", ["404 Not Found", "503 Service Unavailable"])
def test_an_error_is_a_reply_too(status: str) -> None:
    with serving(replying(status, b"{}")) as server:
        assert send(server).status == int(status[:3])


def test_g7_a_redirect_is_not_followed_since_that_would_hand_over_the_keys() -> None:
    with serving(replying("200 OK")) as other:
        with serving(replying("302 Found", b"", f"Location: {other.url}/")) as server:
            assert send(server).status == 302
        assert not other.requests


def telling(ports: list[tuple[str, int]]) -> Behaviour:
    """By which connection each request came."""

    def behave(connection: socket.socket) -> None:
        ports.append(connection.getpeername())
        replying("200 OK", b"{}")(connection)

    return behave


def test_a_connection_is_used_again_also_by_another_thread() -> None:
    ports: list[tuple[str, int]] = []
    transport = Urllib3Transport()
    with serving(telling(ports)) as server:
        for _ in range(3):
            with ThreadPoolExecutor(1) as another:
                another.submit(transport.send, HttpRequest("GET", server.url)).result()
    assert len(ports) == 3
    assert len(set(ports)) == 1


def test_g3_a_connection_is_not_used_again_after_a_long_rest() -> None:
    """Lambda may have dropped it meanwhile, without a word: what is sent on it would be in doubt."""
    ports: list[tuple[str, int]] = []
    transport, now = Urllib3Transport(), FakeClock()
    with serving(telling(ports)) as server, clock.use(now):
        for rest_ms in (0, LONGEST_REST_MS - 1, LONGEST_REST_MS, 1):
            now.now += rest_ms
            transport.send(HttpRequest("GET", server.url))
    assert ports[0] == ports[1] != ports[2] == ports[3]
    assert issubclass(PublicPool.ConnectionCls, RestedConnection)


def test_a_refused_connection_leaves_no_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoReplyError) as raised:
        Urllib3Transport().send(HttpRequest("GET", f"http://127.0.0.1:{port}"))
    assert not raised.value.written


def hang(connection: socket.socket) -> None:
    Event().wait(2)


def test_a_request_may_have_less_time_than_others() -> None:
    with serving(hang) as server, pytest.raises(NoReplyError, match="ReadTimeout") as raised:
        Urllib3Transport().send(HttpRequest("POST", server.url, within_ms=100))
    assert raised.value.written


def drop(connection: socket.socket) -> None:
    connection.close()


def break_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
    connection.close()


def break_off_chunks(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
    connection.close()


@pytest.mark.parametrize("behave", [hang, drop, break_off, break_off_chunks])
def test_g2_a_written_request_without_a_complete_reply_is_in_doubt(behave: Behaviour) -> None:
    with serving(behave, SCALE) as server, pytest.raises(NoReplyError) as raised:
        send(server, b"{}")
    assert raised.value.written


def trickle(head: bytes, piece: bytes) -> Behaviour:
    """A piece now and then for 400 hub seconds, so that no single wait is long."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
        for _ in range(200):
            connection.sendall(piece)
            Event().wait(2 / SCALE)

    return behave


@pytest.mark.parametrize(
    "behave",
    [trickle(b"Content-Length: 200", b"x"), trickle(b"Transfer-Encoding: chunked", b"1\r\nx\r\n")],
    ids=["of known length", "in chunks"],
)
def test_a_body_that_trickles_in_is_given_up_at_the_deadline(behave: Behaviour) -> None:
    with serving(behave, SCALE) as server, pytest.raises(NoReplyError) as raised:
        send(server)
    assert raised.value.written
    assert server.cut_off.wait(30)
