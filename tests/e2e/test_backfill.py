"""A file of 5,000 customers, interrupted and gone on with, costs a call a thousand (G1, G2, G6)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from cdphub.connections import list_connections
from tests.e2e.exchange import wait_until
from tests.e2e.hub import Hub
from tests.e2e.project import Project
from tools.hubctl.target import local_hub
from tools.local import ROOT
from tools.local.template import REGION, STACK_NAME

TIME_SCALE = 1
"""hubctl's clock is this machine's."""

SIZE = 5_000
MOST_CALLS = 6
LIVE = "backfilled-17"


def test_g1_g2_g6_a_backfill_is_interrupted_and_goes_on(hub: Hub, tmp_path: Path) -> None:
    project = hub.new_project("backfill")
    file = tmp_path / "customers.ndjson"
    file.write_text("".join(f"{json.dumps(identify(number))}\n" for number in range(SIZE)) + "no customer\n")
    project.segment.raw({"type": "identify", "userId": LIVE, "traits": {"name": "live"}})
    hub.wait_until_quiet()
    before = len(writes(project))

    with start(hub, file) as interrupted:
        wait_until(lambda: len(writes(project)) > before + 1)
        interrupted.send_signal(signal.SIGINT)
        assert interrupted.wait() == 1
    assert 0 < progress(file)["lines"] < SIZE
    with start(hub, file) as again:
        told, _ = again.communicate()
        assert again.returncode == 0
    hub.wait_until_quiet()

    assert len(writes(project)) - before <= MOST_CALLS
    report = json.loads(told)
    assert (report["lines"], report["accepted"], report["dead_letters"]) == (SIZE + 1, SIZE, 0)
    assert list(report["left_out"].values()) == [1]
    assert report["complete"]
    names = {source_id: customer["name"] for source_id, customer in project.customers().items()}
    assert names == {f"backfilled-{number}": f"Customer {number}" for number in range(SIZE)} | {LIVE: "live"}


def identify(number: int) -> dict[str, Any]:
    """A customer as Segment's destinations get it."""
    return {"type": "identify", "userId": f"backfilled-{number}", "traits": {"name": f"Customer {number}"}}


def writes(project: Project) -> list[dict[str, Any]]:
    """The calls to Voucherify that change something."""
    return [request for request in project.requests() if request["method"] != "GET"]


def progress(file: Path) -> dict[str, Any]:
    """What the interrupted run has left behind."""
    found: dict[str, Any] = json.loads(file.with_name(f"{file.name}.progress").read_text())
    return found


def start(hub: Hub, file: Path) -> "subprocess.Popen[str]":
    """The command, on the local cloud as on a stack."""
    store = local_hub(hub.aws.url).store
    [connection] = [one.id for one in list_connections(store, "backfill") if one.cdp == "segment"]
    target = ["--stack", STACK_NAME, "--region", REGION, "--hub-url", hub.url]
    command = ["backfill", str(file), "--as", "segment", "--connection", connection, "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "tools.hubctl", *target, *command],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
