"""What the latency's rows are made of; the local cloud itself has tests of its own."""

import json
import time
from typing import Any, cast

from cdphub.outbound.events import Event
from tools.bench.latency import about, p95
from tools.local import ROOT
from voucherify.normalise import normalise

LATE_MS = 1_000


class Vendor:
    """A cloud that is quiet, and a vendor that records everybody a second after the request."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    def send(self, _cloud: object, person: str) -> None:
        self.at[person] = time.time() * 1_000 + LATE_MS

    def arrived(self, _cloud: object) -> dict[str, float]:
        return {**self.at, "somebody else": 0}

    def wait_until_quiet(self) -> None:
        """It is."""


def test_what_counts_is_from_the_request_to_the_vendors_record() -> None:
    vendor = Vendor()
    cloud = cast("Any", vendor)
    assert p95(cloud, vendor.send, vendor.arrived, ["ada", "bob"]) >= LATE_MS


def test_each_persons_event_is_one_of_its_own() -> None:
    body = json.loads(json.loads((ROOT / "events/voucherify/webhook-customer-rewarded.json").read_text())["body"])
    ada, bob = (normalise(about(body, person), 0) for person in ("ada", "bob"))
    assert isinstance(ada, Event)
    assert isinstance(bob, Event)
    assert ada.key != bob.key
    assert (ada.customer.source_id, bob.customer.source_id) == ("ada", "bob")
