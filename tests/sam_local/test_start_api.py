"""The local cloud answers as `sam local start-api` does, route by route, but for ids and times."""

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sam_local.conftest import LOOK_EVERY_SECONDS, START_SECONDS, STOP_SECONDS, Cloud
from tests.sam_local.sam import SECONDS, command, environment
from tests.sam_local.test_invoke import ROUTER
from tools.local import ROOT
from tools.local.events import Event, http_events

PORT = 3_000
ASKED_AGAIN = 5


@pytest.fixture(scope="module")
def api(cloud: Cloud) -> Iterator[str]:
    """SAM's HTTP API over the local cloud's tables and queues, each function in a container that is kept."""
    _, env_vars = cloud
    kept = ("--warm-containers", "LAZY")
    arguments = command("start-api", "--port", str(PORT), "--env-vars", str(env_vars), *kept)
    process = subprocess.Popen(arguments, cwd=ROOT, env=environment())
    url = f"http://127.0.0.1:{PORT}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()  # an interrupt, it ignores
        process.wait(STOP_SECONDS)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "sam local start-api ended by itself"
        try:
            requests.get(f"{url}/health", timeout=SECONDS)
        except requests.ConnectionError:
            time.sleep(LOOK_EVERY_SECONDS)
        else:
            return
    pytest.fail("sam local start-api did not start")


def test_both_answer_alike(cloud: Cloud, api: str) -> None:
    """SAM has no `$default` for paths like those that it corrects."""
    endpoints, _ = cloud
    routes = set()
    for event in http_events(endpoints):
        match = ROUTER.match(event.method, event.path.partition("?")[0])
        assert match is not None
        if match.key != "$default":
            routes.add(match.key)
            ours, theirs = _answer(endpoints["hub"], event), _warm_answer(api, event)
            assert (event.name, *theirs) == (event.name, *ours)
    assert len(routes) > 10


def _warm_answer(url: str, event: Event) -> tuple[int, Any]:
    """What a container answers once it has started, which on a busy machine takes longer than the function may take."""
    answer = _answer(url, event)
    for _ in range(ASKED_AGAIN):
        if answer[0] not in (502, 503):
            break
        answer = _answer(url, event)
    return answer


def _answer(url: str, event: Event) -> tuple[int, Any]:
    reply = requests.request(event.method, url + event.path, headers=event.headers, data=event.body, timeout=SECONDS)
    return reply.status_code, _form(reply.json())


def _form(value: Any) -> Any:
    """The value with the type in place of each text and number: ids and times differ."""
    if isinstance(value, dict):
        return {name: _form(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_form(inner) for inner in value]
    return value if isinstance(value, bool) else type(value).__name__
