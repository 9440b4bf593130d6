"""The sandbox as a client library sees it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from cdphub import clock
from tools.local.sandbox.sandbox import Sandbox
from tools.local.sandbox.server import serve
from tools.local.sandbox.voucherify import Voucherify

KEY = {"X-App-Id": "app", "X-App-Token": "token"}


@pytest.fixture
def url() -> Iterator[str]:
    server = serve(Sandbox(Voucherify({"app": "token"}, clock.now_ms)))
    yield server.url
    server.stop()


def test_fifty_customers_at_once_end_as_sent(url: str) -> None:
    def send(n: int) -> None:
        with requests.Session() as session:
            session.headers.update(KEY)
            for step in range(5):
                customer = {"source_id": f"c{n}", "metadata": {"step": str(step)}}
                sent = session.post(f"{url}/v1/events", json={"event": "Stepped", "customer": customer}, timeout=30)
                assert sent.status_code == 200

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(send, range(50)))
    history = requests.get(f"{url}/_sandbox/history", timeout=30).json()
    for n in range(50):
        steps = [effect["fields"]["metadata"]["step"] for effect in history if effect["source_id"] == f"c{n}"]
        assert steps == ["0", "1", "2", "3", "4"]
    recorded = {entry["index"]: entry for entry in requests.get(f"{url}/_sandbox/requests", timeout=30).json()}
    for effect in history:
        assert recorded[effect["request"]]["body"]["customer"]["source_id"] == effect["source_id"]


def test_a_third_of_the_calls_fails_and_only_the_others_have_an_effect(url: str) -> None:
    requests.post(f"{url}/_sandbox/faults", json={"match": "/v1/customers", "rate": 0.33, "seed": 1}, timeout=30)
    with requests.Session() as session:
        session.headers.update(KEY)
        calls = [session.post(f"{url}/v1/customers", json={"source_id": str(n)}, timeout=30) for n in range(60)]
    taken = [str(n) for n, reply in enumerate(calls) if reply.ok]
    assert {reply.status_code for reply in calls} == {200, 503}
    assert 30 <= len(taken) <= 50
    history = requests.get(f"{url}/_sandbox/history", timeout=30).json()
    assert [effect["source_id"] for effect in history] == taken
