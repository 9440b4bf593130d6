"""`python -m tools.local`, as `make start` and `make demo` call it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.local.cloud.conftest import ROOT, eventually

COMMAND = [sys.executable, "-m", "tools.local"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_start_tells_where_everything_is_for_as_long_as_it_is_there(tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.json"
    environment = os.environ | {"HUB_PORT": str(_free_port()), "SEGMENT_API_URL": "http://127.0.0.1:9/segment"}
    command = [*COMMAND, "start", "--folder", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        eventually(endpoints.exists)
        found = json.loads(endpoints.read_text())
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert found["hub"] == f"http://127.0.0.1:{environment['HUB_PORT']}"
    assert found["sinks"]["segment"] == environment["SEGMENT_API_URL"]
    assert found.keys() == {
        "hub",
        "aws",
        "voucherify",
        "sinks",
        "project",
        "webhook_secret",
        "connections",
        "campaign",
    }
    assert found["connections"]["segment"].keys() == {"application_id", "secret_key"}
    assert found["hub"] in output
    assert process.returncode == 0
    assert not endpoints.exists()


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    command = [*COMMAND, "start", "--folder", str(tmp_path)]
    environment = os.environ | {"HUB_PORT": "http"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "HUB_PORT must be a port number, not 'http'\n"


def test_the_demo_shows_what_came_of_every_event(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*COMMAND, "demo", "--folder", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"TIME_SCALE": "10", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    requests = [file for file in (ROOT / "events").glob("*/*.json") if "rawPath" in json.loads(file.read_text())]
    for file in requests:
        assert f"Sending {file.parent.name}/{file.stem}" in ended.stdout
    assert "voucherify: POST /v1/customers" in ended.stdout
    assert "segment: POST /v1/batch" in ended.stdout
    assert "bloomreach: POST" in ended.stdout
    assert "mparticle: POST /v2/bulkevents" in ended.stdout
    assert "braze: POST /users/track" in ended.stdout
    assert "omitted: " in ended.stdout
