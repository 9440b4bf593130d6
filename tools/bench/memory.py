"""Whether a worker's memory grows: what it has after many batches, against what it had after a few."""

import json
from collections.abc import Callable

import psutil

from cdphub import clock
from cdphub.clock import MINUTE
from cdphub.connections import connection_parameter
from cdphub.http import HttpReply, HttpRequest
from cdphub.outbound.deliver import Deliverer
from cdphub.profile import load_profiles
from segment.deliver import VENDOR
from tools.bench.fresh import fresh
from tools.bench.miniature import Miniature
from tools.bench.row import Floor, Row, Spread
from tools.bench.senders import segment
from tools.hubctl import FUNCTIONS
from tools.hubctl.dry.run import parsed
from tools.local import ROOT

BATCH = 100
WARM = 50
BATCHES = 1_000
CUSTOMERS = 1_000
RENEWED = 10
MOST = 1.05
MEGABYTE = 1024 * 1024


def measure(quick: bool) -> list[Row]:
    """Apply with Segment's updates, and deliver to Segment, each in a process of its own."""
    batches = BATCHES // 5 if quick else BATCHES
    return [_row("apply", fresh(_apply, batches), batches), _row("deliver", fresh(_deliver, batches), batches)]


def _row(name: str, used: tuple[float, float], batches: int) -> Row:
    warm, end = used
    floor = Floor(f"after {WARM} batches", Spread.of([warm]), Spread.of([end / warm]))
    title = f"memory of {name} after {batches:,} batches of {BATCH}"
    return Row(title, "MB", Spread.of([end]), floor, budget=MOST, of_ratio=True, note="resident memory of the process")


def _apply(batches: int) -> tuple[float, float]:
    """Updates of the same customers again and again: the tables, which are in this process, do not grow.

    Nor does what stands for Voucherify, which is made anew now and then.
    """
    small = Miniature()
    connection, profile = small.connect("segment"), load_profiles(FUNCTIONS)["segment"]

    def batch(number: int) -> None:
        names = [f"customer-{(number * BATCH + index) % CUSTOMERS}" for index in range(BATCH)]
        for request in segment(names, number):
            small.accept(parsed(profile, connection, request).commands)
        small.work()
        if number % RENEWED == 0:
            small.finish()
            small.renew_voucherify()

    with small.playing():
        return used(batch, batches)


def _deliver(batches: int) -> tuple[float, float]:
    small = Miniature()
    small.connect("segment")
    small.hub.secrets.write(connection_parameter("segment"), {"write_key": "key"})
    deliverer = Deliverer(VENDOR, small.hub, Accepting())
    event = json.loads((ROOT / "events" / "segment" / "deliver.json").read_text())["Records"][0]["body"]

    def batch(number: int) -> None:
        body = event.replace("PROJECT_ID", "project").replace("evcus_", f"evcus_{number}_")
        records = [{"messageId": f"m-{index}", "body": body, "attributes": {}} for index in range(BATCH)]
        if deliverer.deliver(records, clock.now_ms() + MINUTE)["batchItemFailures"]:
            raise AssertionError("not delivered")

    with small.playing():
        return used(batch, batches)


class Accepting:
    """A Transport to a vendor that takes everything."""

    def send(self, _request: HttpRequest) -> HttpReply:
        return HttpReply(200, {}, b"{}")


def used(batch: Callable[[int], None], batches: int) -> tuple[float, float]:
    """Megabytes after the first batches, and after all."""
    for number in range(WARM):
        batch(number)
    warm = _resident()
    for number in range(WARM, batches):
        batch(number)
    return warm, _resident()


def _resident() -> float:
    # Not the most that it had, which on Linux begins with what its parent had.
    return psutil.Process().memory_info().rss / MEGABYTE
