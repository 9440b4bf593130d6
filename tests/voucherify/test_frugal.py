"""Few calls (G6), and few writes: Voucherify counts the former, DynamoDB charges for the latter."""

from collections import Counter

import pytest

from cdphub.schema import Command
from tests.builders import ADA, join, track, upsert
from tests.voucherify.bench import Bench

OUTBOX = ("write_customer", "put_event", "read_event", "end_event")


def test_g6_many_updates_of_a_customer_in_one_batch_are_one_call(bench: Bench) -> None:
    assert not bench.apply(*(upsert(number, name=f"name {number}", phone=f"{number}") for number in range(20)))
    assert bench.calls() == ["/v1/customers 200"]
    assert bench.bodies() == [{"source_id": ADA, "name": "name 19", "phone": "19"}]


def test_g6_fields_and_lists_ride_in_the_event(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada", metadata={"plan": "pro"}), join(2, "vip"), track(3, "Bought", email="a@b.c"))
    assert bench.calls() == ["/v1/events 200"]
    (event,) = bench.bodies()
    assert event["event"] == "Bought"
    assert event["customer"] == {
        "source_id": ADA,
        "name": "Ada",
        "email": "a@b.c",
        "metadata": {"plan": "pro", "segmentGroups": ["VIP"]},
    }


@pytest.mark.parametrize(
    ("commands", "writes"),
    [
        ([upsert(1, name="Ada")], {"write_customer": 2}),
        ([upsert(number, name="Ada") for number in range(9)], {"write_customer": 2}),
        ([track(1)], {"write_customer": 2, "put_event": 1, "end_event": 1}),
        ([track(number) for number in range(3)], {"write_customer": 4, "put_event": 3, "end_event": 3}),
    ],
    ids=["upsert", "upserts", "event", "events"],
)
def test_what_a_batch_writes_to_the_outbox(bench: Bench, commands: list[Command], writes: dict[str, int]) -> None:
    bench.apply(*commands)
    assert (
        Counter(entry for entry in bench.log if "customer" in entry or "event" in entry if " " not in entry) == writes
    )
