"""The hub beside Segment's published destination for Voucherify, where the environment's SEGMENT says where that is.

SEGMENT names a folder in which npm has installed @segment/action-destinations; it needs Node.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tools.bench import deliver
from tools.bench.measuring import Compared, cpu_ms
from tools.bench.row import Row
from tools.bench.stage import Stage, staged
from tools.local import ROOT

SCRIPT = Path(__file__).parent / "segment_destination.cjs"
ACTIONS = {"upsertCustomer": "segment/webhook-identify", "addCustomEvent": "segment/webhook-track"}
"""Their events as files of `events/`."""

WARM_UP, EVENTS, BATCHES = 2_000, 500, 20
"""Node compiles what runs often, and must have done so."""

ROUNDS = 3


def measure(quick: bool) -> list[Row]:
    """An event to Segment against an event of Segment's, both with HTTP on loopback; nothing without SEGMENT."""
    folder = os.environ.get("SEGMENT")
    if quick or not folder:
        return []
    with staged() as stage:
        return [_row(stage, folder, action) for action in ACTIONS]


def _row(stage: Stage, folder: str, action: str) -> Row:
    batch = deliver.batch(stage, "segment", deliver.LARGEST)
    with stage.inside(stage.function("segment.deliver.handler")):
        work = deliver.work(batch, "segment")
        cpu_ms(work, BATCHES)
        pairs = [(cpu_ms(work, BATCHES) / deliver.LARGEST, _peer_ms(stage, folder, action)) for _ in range(ROUNDS)]
    compared = Compared([ours for ours, _ in pairs], [theirs for _, theirs in pairs])
    name = f"deliver to segment, batch of {deliver.LARGEST}, beside {action}"
    return Row(name, "ms of CPU an event", compared.spread(), compared.beside("Segment's destination for Voucherify"))


def _peer_ms(stage: Stage, folder: str, action: str) -> float:
    """CPU milliseconds that each event of the destination took, in a process of its own."""
    event = ROOT / "events" / f"{ACTIONS[action]}.json"
    ended = subprocess.run(
        [shutil.which("node") or "node", SCRIPT, folder, stage.aws, action, event],
        env=os.environ,
        input=f"{WARM_UP}\n{EVENTS}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ended.stdout.splitlines()[-1])
