"""Processes: frozen, replaced, killed, and never left behind."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.local.cloud.conftest import Toy, eventually, running_toy
from tools.local.functions import PROCESSES


def _exists(pid: int) -> bool:
    """Whether a process is there and not just waiting to be reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_function_stands_still_between_invocations(toy: Toy) -> None:
    first = toy.get("/counts").json()
    time.sleep(1)
    second = toy.get("/counts").json()
    assert second["pid"] == first["pid"], "the process is kept"
    assert second["beats"] - first["beats"] < 50, "a second of freedom would have been 100 beats"


def test_a_crashed_process_is_replaced(toy: Toy) -> None:
    assert [toy.get("/crashes").status_code for _ in range(2)] == [500, 500]
    first = toy.get("/").json()["pid"]
    os.kill(first, signal.SIGKILL)
    eventually(lambda: not _exists(first))
    assert toy.get("/").json()["pid"] != first


def test_kill_ends_idle_and_busy_processes(toy: Toy) -> None:
    idle = toy.get("/").json()["pid"]
    assert toy.kill("Default").json() == {"killed": 1}
    assert not _exists(idle)
    assert toy.get("/").status_code == 200
    assert toy.kill("Unknown").status_code == 400


def test_at_most_so_many_processes_and_the_rest_waits(toy: Toy) -> None:
    with ThreadPoolExecutor(2 * PROCESSES) as pool:
        replies = list(pool.map(lambda _: toy.get("/sleeps/0.2"), range(2 * PROCESSES)))
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.json()["pid"] for reply in replies}) <= PROCESSES


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_busy_process_is_left_however_the_cloud_ends(tmp_path: Path, how: signal.Signals) -> None:
    log = tmp_path / "logs" / "Hangs.log"
    with running_toy(tmp_path) as toy:
        caller = threading.Thread(target=_call_in_vain, args=(toy, "/hangs"))
        caller.start()
        eventually(lambda: log.exists() and log.read_text().endswith("\n"))
        busy = int(log.read_text())
        toy.process.send_signal(how)
        code = toy.process.wait(timeout=30)
        caller.join()
    assert code == (-how if how == signal.SIGKILL else 0)
    eventually(lambda: not _exists(busy), seconds=10)


def test_no_frozen_process_is_left_when_the_cloud_is_killed(tmp_path: Path) -> None:
    with running_toy(tmp_path) as toy:
        frozen = toy.get("/").json()["pid"]
        toy.process.kill()
        toy.process.wait(timeout=30)
    eventually(lambda: not _exists(frozen), seconds=10)


def _call_in_vain(toy: Toy, path: str) -> None:
    with suppress(requests.ConnectionError):
        toy.get(path)
