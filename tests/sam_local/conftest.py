"""A local cloud that containers can reach."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sam_local.sam import SAM, bridge
from tools.local import ROOT

START_SECONDS = 120
STOP_SECONDS = 60
LOOK_EVERY_SECONDS = 0.25

Cloud = tuple[dict[str, Any], Path]
"""Its endpoints, and the file for `--env-vars`."""


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A running one; skips where none can be."""
    if os.environ.get("SAM_LOCAL") != "true":
        pytest.skip("in containers, which takes minutes: make sam-local")
    if not SAM.exists() or not (ROOT / ".aws-sam/build/template.yaml").exists():
        pytest.skip("nothing is built: make sam-local")
    host = bridge()
    if host is None:
        pytest.skip("Docker does not answer: start it, or look at DOCKER_HOST")
    folder = tmp_path_factory.mktemp("local")
    command = [sys.executable, "-m", "tools.local", "start", "--folder", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"LOCAL_HOST": host})
    try:
        yield json.loads(_wait(folder / "endpoints.json", process)), folder / "env.json"
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait(file: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + START_SECONDS
    while not file.exists():
        assert process.poll() is None, "the local cloud ended by itself"
        assert time.monotonic() < deadline, "the local cloud did not start"
        time.sleep(LOOK_EVERY_SECONDS)
    return file.read_text()
