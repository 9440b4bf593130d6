"""Two workers at one row: whoever writes second starts again from what the first wrote (G1, G2, G3)."""

from typing import Any

import pytest

from cdphub.clock import DAY
from cdphub.store.outbox import CustomerItem
from tests.builders import START, at, listed, pending, row, track, upsert
from tests.voucherify.bench import Bench


def test_g2_a_write_that_came_second_is_merged_into_the_first(bench: Bench) -> None:
    bench.before_the_next_write(lambda: bench.apply(upsert(2, name="newer", phone="5")))
    assert not bench.apply(upsert(1, name="older", email="a@b.c"))
    profile = bench.profile()
    assert (profile["name"], profile["phone"], profile["email"]) == ("newer", "5", "a@b.c")


def test_g3_an_event_sent_by_another_meanwhile_is_not_sent_again(bench: Bench) -> None:
    bench.before_the_next_write(lambda: bench.apply(track(1, "Bought")))
    assert not bench.apply(track(1, "Bought"), receives=2)
    assert bench.events() == ["Bought"]
    assert not bench.row().has_work()


def test_g3_a_body_is_trusted_without_a_read_only_if_its_row_was_put_just_before(bench: Bench) -> None:
    bench.apply(track(1))
    assert bench.log.count("read_event") == 0
    bench.before_the_next_write(lambda: bench.put_row(row(applied={"name": at(0)})))
    bench.apply(track(2))
    assert bench.log.count("read_event") == 1


def test_what_nobody_can_ask_for_any_more_is_forgotten(bench: Bench) -> None:
    bench.put_row(row(refused=[at(1)]))
    bench.later(16 * DAY)
    bench.apply(upsert(2, name="Ada"))
    assert not bench.row().refused


def test_a_copy_that_changes_nothing_writes_nothing(bench: Bench) -> None:
    bench.put_row(row(events=listed(1), lease="another", lease_until=START, due=START))
    bench.apply(upsert(2, name="Ada"))
    writes = bench.log.count("write_customer")
    bench.apply(upsert(2, name="Ada"), receives=2)
    assert bench.log.count("write_customer") == writes


def test_a_lost_answer_of_the_store_is_no_lost_turn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client library repeats a write whose answer was lost, and the repeat meets its own first try."""
    outbox, write = bench.store.outbox, bench.store.outbox.write_customer

    def write_twice(pk: str, item: CustomerItem, lease: str | None = None) -> bool:
        monkeypatch.setattr(outbox, "write_customer", write)
        write(pk, item, lease)
        return write(pk, item, lease)

    monkeypatch.setattr(outbox, "write_customer", write_twice)
    bench.apply(upsert(1, name="Ada"))
    assert bench.profile()["name"] == "Ada"
    assert not bench.row().has_work()


EVENT, FIELD = {"events": listed(1)}, {"fields": {"name": pending(1, "Ada")}}
DEAD_WORKER = {"lease": "dead", "lease_until": 0}


@pytest.mark.parametrize("how", ["apply", "sweep"])
@pytest.mark.parametrize(
    ("parts", "counted"), [(EVENT | DEAD_WORKER, True), (FIELD | DEAD_WORKER, False), (EVENT, False)]
)
def test_g3_a_takeover_with_events_is_counted_as_a_possible_repeat(
    bench: Bench, capsys: pytest.CaptureFixture[str], how: str, parts: dict[str, Any], counted: bool
) -> None:
    bench.put_row(row(**parts, due=START))
    if how == "apply":
        bench.apply(upsert(2, name="Ada"))
    else:
        bench.sweep()
    assert ('"RepeatPossible":[1.0]' in capsys.readouterr().out) is counted
