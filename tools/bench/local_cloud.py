"""A local cloud in processes of its own, and what is sent to it."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tools.local import ROOT
from tools.local.start import Endpoints

START_SECONDS = 120
STOP_SECONDS = 60
REPLY_SECONDS = 60
LOOK_SECONDS = 0.2
PAUSES_PER_LOOK = 4


@dataclass(frozen=True)
class LocalCloud:
    """Where everything is; the keys are in `endpoints` as well."""

    endpoints: Endpoints

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        """Sends the hub a request, which it must accept; gives the reply's body."""
        reply = requests.post(self.endpoints["hub"] + path, body, headers=dict(headers), timeout=REPLY_SECONDS)
        reply.raise_for_status()
        return reply.json()

    def post_webhook(self, body: Mapping[str, Any]) -> None:
        """Sends the hub a webhook of Voucherify's, signed."""
        content = json.dumps(body).encode()
        signature = hmac.new(self.endpoints["webhook_secret"].encode(), content, hashlib.sha256).hexdigest()
        path = f"/voucherify/webhooks/{self.endpoints['project']}"
        self.post(path, {"content-type": "application/json", "x-voucherify-signature": signature}, content)

    def shown(self, url: str, what: str) -> Any:
        """What a stand-in shows."""
        return requests.get(f"{url}/_sandbox/{what}", timeout=REPLY_SECONDS).json()

    def set_limit(self, calls_a_minute: int) -> None:
        """Gives the project so many calls."""
        limits = {"api_calls": {"calls": calls_a_minute, "seconds": 60}}
        url = f"{self.endpoints['voucherify']}/_sandbox/limits"
        requests.put(url, json=limits, timeout=REPLY_SECONDS).raise_for_status()

    def wait_until_quiet(self) -> None:
        """Waits until nothing is on its way any more; a look that took long is not soon repeated."""
        while True:
            began = time.monotonic()
            if not any(self.shown(self.endpoints["aws"], "pending").values()):
                return
            time.sleep(max(LOOK_SECONDS, PAUSES_PER_LOOK * (time.monotonic() - began)))


@contextmanager
def local_cloud() -> Iterator[LocalCloud]:
    """Runs one for the length of a `with` block, with a clock as fast as the machine's."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tools.local", "start", "--folder", folder]
        with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"TIME_SCALE": "1"}) as process:
            try:
                yield LocalCloud(_endpoints(process, Path(folder) / "endpoints.json"))
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(STOP_SECONDS)


def _endpoints(process: "subprocess.Popen[bytes]", file: Path) -> Endpoints:
    deadline = time.monotonic() + START_SECONDS
    while not file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the local cloud did not start")
        time.sleep(LOOK_SECONDS)
    found: Endpoints = json.loads(file.read_text())
    return found
