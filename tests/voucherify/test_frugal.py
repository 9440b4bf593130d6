"""Few calls (G6), and few writes: Voucherify counts the former, DynamoDB charges for the latter."""

from collections import Counter

import pytest

from cdphub.clock import MINUTE, SECOND
from cdphub.schema import Command
from tests.builders import ADA, join, track, upsert
from tests.voucherify.bench import Bench
from tests.voucherify.crowd import is_quiet, messages, names, upserts, wait_for_job

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


THOUSAND = [f"customer {number:04}" for number in range(1_000)]
WRITING, ALL = 12, 25


def spent(bench: Bench) -> tuple[int, int]:
    """How many calls wrote, and how many were made at all."""
    return len(bench.calls()), len(bench.calls()) + len(bench.calls("GET"))


def test_g6_a_thousand_customers_cost_few_calls(bench: Bench) -> None:
    assert not bench.deliver(messages(upserts(1, THOUSAND, name="Ada", metadata={"plan": "pro"})))
    wait_for_job(bench)
    writing, all_calls = spent(bench)
    assert writing <= WRITING
    assert all_calls <= ALL
    assert names(bench, THOUSAND) == {"Ada"}
    assert is_quiet(bench, THOUSAND)


def test_g6_a_thousand_customers_in_messages_of_their_own_workers_cost_few_calls(bench: Bench) -> None:
    for start in range(0, 1_000, 100):
        assert not bench.deliver(messages(upserts(1, THOUSAND[start : start + 100], name="Ada")))
    for _ in range(6):
        wait_for_job(bench)
    writing, all_calls = spent(bench)
    assert writing <= WRITING
    assert all_calls <= ALL
    assert is_quiet(bench, THOUSAND)


def test_g6_ten_batches_of_the_same_thousand_customers_within_a_minute(bench: Bench) -> None:
    for number in range(10):
        assert not bench.deliver(messages(upserts(number, THOUSAND, name=f"name {number}", phone=f"{number}")))
        wait_for_job(bench, 6 * SECOND)
    for _ in range(3):
        bench.later(MINUTE)
        bench.sweep()
    writing, _ = spent(bench)
    assert writing <= 150
    assert names(bench, THOUSAND) == {"name 9"}
    assert is_quiet(bench, THOUSAND)


def test_g6_a_thousand_memberships_cost_few_calls_and_a_read_of_each_customer(bench: Bench) -> None:
    assert not bench.deliver(messages([join(1, "vip", source_id) for source_id in THOUSAND]))
    for _ in range(4):
        bench.later(MINUTE)
        bench.sweep()
    writing, all_calls = spent(bench)
    assert writing <= WRITING
    assert all_calls <= ALL + len(THOUSAND)
    assert is_quiet(bench, THOUSAND)
