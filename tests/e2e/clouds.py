"""Local clouds for the tests, started and stopped as users do it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cdphub.store import dynamo
from tests.e2e.exchange import LOOK_EVERY_SECONDS
from tests.e2e.hub import VOUCHERIFY_KEY, Hub
from tools.local import ROOT

KEYS = {
    "VOUCHERIFY_APPLICATION_ID": VOUCHERIFY_KEY["X-App-Id"],
    "VOUCHERIFY_SECRET_KEY": VOUCHERIFY_KEY["X-App-Token"],
}
START_SECONDS = 120
STOP_SECONDS = 60


class Clouds:
    """One at a time; it is kept for as long as the next test wants the same."""

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._running: tuple[tuple[float, Path], Hub, subprocess.Popen[bytes]] | None = None

    def at(self, time_scale: float, root: Path = ROOT) -> Hub:
        """The hub whose clock runs so many times as fast, and whose code is in `root`."""
        if self._running is None or self._running[0] != (time_scale, root):
            self.stop()
            self._running = ((time_scale, root), *_start(self._new_folder(), time_scale, root))
        return self._running[1]

    def stop(self) -> None:
        """Ends what runs."""
        if self._running is not None:
            _, _, process = self._running
            self._running = None
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOP_SECONDS) == 0
            dynamo._client.cache_clear()  # this process's own, which knows where the tables were


def _start(folder: Path, time_scale: float, root: Path) -> tuple[Hub, "subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tools.local", "start", "--folder", str(folder)]
    process = subprocess.Popen(command, cwd=root, env=os.environ | KEYS | {"TIME_SCALE": str(time_scale)})
    endpoints = folder / "endpoints.json"
    deadline = time.monotonic() + START_SECONDS
    while not endpoints.exists():
        assert process.poll() is None, "the local cloud ended by itself"
        assert time.monotonic() < deadline, "the local cloud did not start"
        time.sleep(LOOK_EVERY_SECONDS)
    return Hub(folder, json.loads(endpoints.read_text())), process
