"""The same stand-ins over real HTTP."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import pytest
import requests

from tests.local.sandbox.echo import Echo
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.server import Server, serve


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def server(echo: Echo) -> Iterator[Server]:
    running = serve(Sandbox(echo))
    yield running
    running.stop()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_connections_are_kept_alive(server: Server) -> None:
    with closing(HTTPConnection(server.url.removeprefix("http://"))) as connection:
        connection.connect()
        connection.auto_open = 0  # no second connection
        for n in range(5):
            connection.request("POST", "/v1/things", str(n))
            assert json.load(connection.getresponse()) == {"yours": str(n)}


def test_path_query_and_headers_arrive_as_sent(server: Server, session: requests.Session) -> None:
    session.put(f"{server.url}/v1/customers/a%2Fb?a=b%20c", headers={"X-App-Id": "id"})
    (recorded,) = session.get(f"{server.url}/_sandbox/requests").json()
    assert (recorded["method"], recorded["path"]) == ("PUT", "/v1/customers/a%2Fb")
    assert recorded["query"] == {"a": "b c"}
    assert recorded["headers"]["X-App-Id"] == "id"


def test_a_reset_is_seen_as_a_lost_connection_and_the_next_call_goes_through(
    server: Server, session: requests.Session, echo: Echo
) -> None:
    session.post(f"{server.url}/_sandbox/faults", json={"reset": True, "count": 1, "effect": "before"})
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        session.post(server.url, data="first")
    assert session.post(server.url, data="second").status_code == 200
    assert echo.effects == [b"first", b"second"]


def test_a_delay_outlasts_a_clients_time_out(server: Server, session: requests.Session) -> None:
    session.post(f"{server.url}/_sandbox/faults", json={"delay": 0.5, "count": 1})
    with pytest.raises(requests.ReadTimeout):
        session.post(server.url, data="first", timeout=0.1)
    assert session.post(server.url, data="second", timeout=5).status_code == 200


@pytest.mark.parametrize("path", ["/", "/empty"])
def test_half_a_reply_is_seen_as_broken_off_and_the_next_call_goes_through(
    server: Server, session: requests.Session, echo: Echo, path: str
) -> None:
    session.post(f"{server.url}/_sandbox/faults", json={"status": 200, "cut": True, "count": 1})
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        session.post(server.url + path, data="first")
    assert session.post(server.url, data="second").status_code == 200
    assert echo.effects == [b"first", b"second"]


@pytest.mark.parametrize("path", ["/", "/empty"])
def test_a_slow_body_arrives_whole_unless_the_client_gives_up(
    server: Server, session: requests.Session, echo: Echo, path: str
) -> None:
    session.post(f"{server.url}/_sandbox/faults", json={"status": 200, "drip": 0.4, "count": 1})
    assert session.post(server.url + path, data="first", timeout=5).status_code == 200
    session.post(f"{server.url}/_sandbox/faults", json={"status": 200, "drip": 30, "count": 1})
    with pytest.raises(requests.ConnectionError, match="timed out"):
        session.post(server.url + path, data="second", timeout=0.1)
    assert echo.effects == [b"first", b"second"]


def test_a_late_effect_comes_by_itself(server: Server, session: requests.Session, echo: Echo) -> None:
    session.post(f"{server.url}/_sandbox/faults", json={"effect": "late", "delay": 0.3})
    assert session.post(server.url, data="x").status_code == 503
    assert echo.effects == []
    while not echo.effects:  # pytest's own time-out ends this when nothing comes
        time.sleep(0.02)
    assert echo.effects == [b"x"]


def test_a_hundred_calls_at_once_are_all_answered_and_recorded(server: Server) -> None:
    with ThreadPoolExecutor(100) as pool:
        replies = list(pool.map(lambda n: requests.post(server.url, data=str(n), timeout=30), range(100)))
    assert sorted(int(reply.json()["yours"]) for reply in replies) == list(range(100))
    recorded = requests.get(f"{server.url}/_sandbox/requests", timeout=30).json()
    assert sorted(entry["index"] for entry in recorded) == list(range(100))


def test_a_stopped_server_also_drops_the_connections_it_had(echo: Echo, session: requests.Session) -> None:
    server = serve(Sandbox(echo))
    assert session.post(server.url, data="x").status_code == 200
    server.stop()
    with pytest.raises(requests.ConnectionError):
        session.post(server.url, data="y")
    assert echo.effects == [b"x"]


def test_the_port_can_be_chosen_and_taken_again(echo: Echo) -> None:
    first = serve(Sandbox(echo))
    port = int(first.url.rpartition(":")[2])
    first.stop()
    again = serve(Sandbox(echo), port)
    assert again.url == first.url
    again.stop()
