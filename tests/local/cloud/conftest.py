"""The toy stack, running in a process of its own as `make start` runs the real one."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tools.local.resources import Clients

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Toy:
    """A running toy stack."""

    process: subprocess.Popen[str]
    hub: str
    aws: str
    folder: Path
    clients: Clients

    def get(self, path: str) -> requests.Response:
        return requests.get(self.hub + path, timeout=30)

    def send(self, *jobs: str) -> None:
        assert requests.post(f"{self.hub}/sends", json=jobs, timeout=30).status_code == 202

    def noted(self) -> dict[str, dict[str, Any]]:
        """What handlers have put into their table, by key."""
        items = self.clients.dynamodb.scan(TableName="local-Seen", ConsistentRead=True)["Items"]
        return {item["pk"]["S"]: {name: value.get("S") for name, value in item.items()} for item in items}

    def pending(self) -> dict[str, int]:
        found: dict[str, int] = requests.get(f"{self.aws}/_sandbox/pending", timeout=30).json()
        return found

    def kill(self, function: str) -> requests.Response:
        return requests.post(f"{self.aws}/_sandbox/kill", json={"function": function}, timeout=30)


@contextmanager
def running_toy(folder: Path) -> Iterator[Toy]:
    """Starts a toy stack, and ends it by SIGTERM if it is still there."""
    command = [sys.executable, "-m", "tests.local.cloud.toy", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        urls = json.loads(process.stdout.readline())
        try:
            yield Toy(process, urls["hub"], urls["aws"], folder, Clients.at(urls["aws"]))
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    with running_toy(tmp_path_factory.mktemp("toy")) as found:
        yield found


@pytest.fixture(autouse=True)
def _without_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "toy" in request.fixturenames:
        requests.delete(f"{request.getfixturevalue('toy').aws}/_sandbox/faults", timeout=30)


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until a condition holds; generous, since the machine may be busy."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
