"""tools/cost/counted.json is what the code takes, once an instance is warm."""

from typing import Any

import pytest

from cdphub.schema import Command
from tests.builders import track, upsert
from tests.cdphub.outbound.stack import Stack as Delivering
from tests.cdphub.outbound.stack import delivery
from tests.cost.conftest import Plant
from tests.fakes import World
from tests.publications.bench import Bench as Publishing
from tests.segment.test_ingest import CUSTOMER, Segment
from tests.voucherify.bench import Bench
from tests.voucherify.crowd import messages, wait_for_job
from tests.voucherify.test_fanout import Stack as FanningOut
from tests.voucherify.test_fanout import webhook
from tests.voucherify.test_webhook import Voucherify
from tools.cost.calls import CALLS_OF_A_THOUSAND
from tools.cost.data import Counted, counted

CUSTOMERS = [f"customer {number:03}" for number in range(100)]
SOME = CUSTOMERS[:20]
"""One after the other, so that what is taken for several calls at once counts for each."""

FIELDS: dict[str, Any] = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+44 20 7946 0018",
    "metadata": {"plan": "pro", "seats": 12},
}
"""What a CDP tells of a customer: about 100 bytes."""

ORDER = {"order_id": "o-1001", "amount": 12_000, "currency": "EUR", "items": 3}


class Work:
    """Counts until asked."""

    def __init__(self, plant: Plant, capsys: pytest.CaptureFixture[str], log: list[str]) -> None:
        self._meter, self._capsys, self._log, self._calls = plant.meter, capsys, log, 0
        self.done()

    def done(self) -> Counted:
        """What was taken since the last time."""
        units, lines = self._meter.take(), len(self._capsys.readouterr().out.splitlines())
        calls = sum(" /" in entry for entry in self._log)
        self._calls, new = calls, calls - self._calls
        return Counted(units["reads"], units["writes"], new, lines)


def test_inbound(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    bench = Bench(plant.world)
    for name in SOME:
        bench.apply(upsert(0, name, **FIELDS), track(0, source_id=name, properties=ORDER))
    work = Work(plant, capsys, bench.log)
    for name in SOME:
        bench.apply(upsert(1, name, **{**FIELDS, "name": "Ada King"}))
    assert work.done() == counted()["20 updates"]
    for name in SOME:
        bench.apply(track(2, source_id=name, properties=ORDER))
    assert work.done() == counted()["20 custom events"]
    for number in (3, 4):
        batch: list[Command] = [upsert(number, name, **{**FIELDS, "name": f"{number}"}) for name in CUSTOMERS]
        bench.deliver(messages(batch))
        for _ in range(3):
            wait_for_job(bench)
        last = work.done()
    assert last == counted()["100 customers"]
    bench.sweep()
    assert work.done() == counted()["sweep"]


def test_ingest(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    segment = Segment(plant.world)
    body = {"type": "identify", "source_id": "ada", **FIELDS}
    segment.send(CUSTOMER, body)
    work = Work(plant, capsys, [])
    assert segment.send(CUSTOMER, body)["statusCode"] == 200
    assert work.done() == counted()["request"]


@pytest.mark.parametrize("size", [1, 10, 100])
def test_outbound(plant: Plant, capsys: pytest.CaptureFixture[str], size: int) -> None:
    voucherify, fan, delivering = Voucherify(plant.world), FanningOut(plant.world), Delivering(plant.world)

    def pass_on(numbers: range) -> None:
        for number in numbers:
            voucherify.send()
            fan.handle(webhook(redemption={"id": f"r_{number}"}))
        delivering.deliver(*map(delivery, numbers))

    pass_on(range(1))
    work = Work(plant, capsys, [])
    pass_on(range(1, 1 + size))
    assert work.done() == counted()[f"delivery of {size}"]


def test_publications(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    publishing = Publishing(plant.world, "iterable")
    publishing.publish(customer={"source_id": "bob"})
    publishing.look_up("bob")
    publishing.finish()
    work = Work(plant, capsys, publishing.log)
    publishing.publish()
    assert work.done() == counted()["publication"]
    publishing.look_up("ana")
    assert work.done() == counted()["lookup"]


def test_a_thousand_customers_in_a_batch_cost_few_calls(world: World) -> None:
    bench = Bench(world)
    bench.apply(upsert(0, **FIELDS))
    before = len(bench.requests())
    bench.deliver(messages([upsert(1, f"customer {number:04}", **FIELDS) for number in range(1_000)]))
    for _ in range(3):
        wait_for_job(bench)
    assert len(bench.requests()) - before == CALLS_OF_A_THOUSAND
