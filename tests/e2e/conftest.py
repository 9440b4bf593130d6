"""One local cloud for all tests, started and stopped as users do it, with a clock that runs ten times as fast."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.exchange import LOOK_EVERY_SECONDS
from tests.e2e.hub import VOUCHERIFY_KEY, Hub

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "TIME_SCALE": "10",
    "VOUCHERIFY_APPLICATION_ID": VOUCHERIFY_KEY["X-App-Id"],
    "VOUCHERIFY_SECRET_KEY": VOUCHERIFY_KEY["X-App-Token"],
}
START_SECONDS = 120
STOP_SECONDS = 60


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("local")
    command = [sys.executable, "-m", "tools.local", "start", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | ENVIRONMENT) as process:
        try:
            yield _ready(process, folder)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS) == 0


def _ready(process: "subprocess.Popen[bytes]", folder: Path) -> Hub:
    endpoints = folder / "endpoints.json"
    deadline = time.monotonic() + START_SECONDS
    while not endpoints.exists():
        assert process.poll() is None, "the local cloud ended by itself"
        assert time.monotonic() < deadline, "the local cloud did not start"
        time.sleep(LOOK_EVERY_SECONDS)
    return Hub(folder, json.loads(endpoints.read_text()))


@pytest.fixture(autouse=True)
def _nothing_left_over(hub: Hub) -> Iterator[None]:
    """Every test begins with a hub that has nothing to do."""
    yield
    hub.wait_until_quiet()
