"""Erasure: everywhere the customer is, in its turn, and for good (G1, G2, G7)."""

from typing import Any

import pytest

from cdphub.backlog import DeadLetter, HeldMessage, bury, park
from cdphub.clock import MINUTE, SECOND
from cdphub.failures import FailureClass
from cdphub.outbox.erasure import PURGE_MS
from cdphub.outbox.row import Row, dump, load
from cdphub.replay import command_of
from cdphub.schema import Command
from cdphub.store.backlog import PARKED
from tests.builders import ADA, CONNECTION, START, at, erase, join, listed, pending, row, track, upsert
from tests.fakes import PROJECT
from tests.voucherify.bench import Bench
from tests.voucherify.crowd import BULK, CROWD, messages, upserts, wait_for_job

DELETION = "/v1/customers/ada%40crm/permanent-deletion"


def purge(bench: Bench) -> None:
    """Lets the time come at which the rest is deleted."""
    bench.later(PURGE_MS)
    bench.sweep()


def letter(number: int, customer: str, connection: str = CONNECTION) -> DeadLetter:
    return DeadLetter(
        project=PROJECT,
        connection=connection,
        direction="inbound",
        key=f"{at(number)}#fields",
        failure=FailureClass.INVALID,
        reason="400",
        attempts=1,
        first_ms=START,
        last_ms=START,
        customer=customer,
        payload={},
    )


def test_g7_the_customer_is_deleted_at_voucherify_and_forgotten_here(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"), track(2), join(3, "vip"))
    bench.apply(erase(4))
    assert bench.profile() is None
    assert not list(bench.store.outbox.list_events(bench.pk()))
    purge(bench)
    item = bench.store.outbox.read_customer(bench.pk())
    assert item is not None
    assert ADA not in item.text
    assert item.expires_ms is not None
    assert load(item).erased == at(4)


def test_g7_nothing_that_was_accepted_before_comes_back(bench: Bench) -> None:
    bench.apply(erase(4))
    late: list[Command] = [upsert(1, name="Ada"), track(2), join(3, "vip")]
    bench.apply(*late)
    purge(bench)
    bench.apply(*late)
    assert bench.calls() == [f"{DELETION} 404"]
    assert not list(bench.store.outbox.list_events(bench.pk()))
    assert ADA not in bench.row().model_dump_json()


def test_g7_what_waited_is_not_sent_any_more(bench: Bench) -> None:
    bench.apply(upsert(3, name="Ada"), track(1), join(2, "vip"), erase(4))
    assert bench.calls() == [f"{DELETION} 404"]


@pytest.mark.parametrize("purged", [False, True])
def test_g1_what_comes_later_makes_the_customer_anew(bench: Bench, purged: bool) -> None:
    bench.apply(upsert(1, name="Ada", email="a@b.c"), join(2, "vip"))
    bench.apply(erase(3))
    if purged:
        purge(bench)
    bench.apply(upsert(4, name="Bea"), join(5, "new"), track(6, "Visited"))
    profile = bench.profile()
    assert (profile["name"], profile["email"]) == ("Bea", None)
    assert profile["metadata"]["segmentGroups"] == ["NEW"]
    purge(bench)
    assert bench.row().source_id == ADA
    assert not bench.row().has_work()


def test_g1_what_came_later_but_was_read_with_the_erasure_is_sent_after_it(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.apply(track(4, "Back", name="Bea"), erase(3), upsert(2, name="Old"))
    assert bench.calls()[1:] == [f"{DELETION} 200", "/v1/events 200"]
    assert bench.profile()["name"] == "Bea"


def test_g1_a_senders_repeat_after_the_erasure_is_new(bench: Bench) -> None:
    bench.apply(track(1, "Bought", sender_id="m-1"), upsert(2, name="Ada", sender_id="m-2"))
    bench.apply(erase(3), track(4, "Bought", sender_id="m-1"), upsert(5, name="Ada", sender_id="m-2"))
    assert bench.events() == ["Bought", "Bought"]
    assert bench.profile()["name"] == "Ada"


@pytest.mark.parametrize(("status", "failure"), [(400, "invalid"), (403, "config")])
def test_g1_a_refused_deletion_is_a_dead_letter_that_can_be_sent_again(bench: Bench, status: int, failure: str) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.fail(status, match="permanent-deletion")
    bench.apply(erase(2))
    purge(bench)
    (buried,) = bench.dead()
    assert (buried.failure, buried.key, buried.customer) == (failure, f"{at(2)}#deletion", bench.pk())
    assert command_of(buried) == erase(2)
    assert bench.row() == Row(erased=at(2), erased_until=bench.row().erased_until)


def test_an_erasure_is_counted_once_it_is_carried_out(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.fail(503, match="permanent-deletion", count=1)
    bench.apply(erase(1))
    assert '"Erased"' not in capsys.readouterr().out
    bench.later(MINUTE)
    bench.sweep()
    assert '"Erased":[1.0]' in capsys.readouterr().out


def test_a_deletion_that_fails_is_tried_again_before_anything_else(bench: Bench) -> None:
    bench.fail(503, match="permanent-deletion", count=1)
    bench.apply(erase(1), upsert(2, name="Bea"))
    assert bench.profile() is None
    bench.later(MINUTE)
    bench.sweep()
    assert bench.calls() == [f"{DELETION} 503", f"{DELETION} 404", "/v1/customers 200"]


def test_a_404_that_is_not_voucherifys_own_is_no_deletion(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.fail(404, match="permanent-deletion", body="<html>")
    bench.apply(erase(2))
    assert bench.dead()


def test_g2_the_deletion_waits_until_nothing_older_can_land(bench: Bench) -> None:
    bench.fail(504, match="/v1/customers", count=1)
    bench.apply(upsert(1, name="Ada"))
    bench.apply(erase(2))
    assert bench.calls() == ["/v1/customers 504"]
    bench.later(2 * MINUTE)
    bench.sweep()
    assert bench.calls()[1:] == [f"{DELETION} 404"]


def test_g2_an_erasure_waits_for_whoever_holds_the_row(bench: Bench) -> None:
    bench.put_row(row(fields={"name": pending(1, "Ada")}, lease="another", lease_until=START + MINUTE))
    bench.apply(erase(2))
    assert bench.calls() == []
    bench.later(3 * MINUTE)
    bench.sweep()
    assert bench.calls() == [f"{DELETION} 404"]


def test_g2_an_erasure_waits_for_the_bulk_job_that_holds_the_customer(bench: Bench) -> None:
    bench.deliver(messages(upserts(1, name="Ada")))
    bench.apply(erase(2, CROWD[0]), upsert(3, CROWD[0], phone="5"))
    assert bench.calls() == [f"{BULK} 202"]
    wait_for_job(bench)
    bench.sweep()
    assert (bench.profile(CROWD[0])["name"], bench.profile(CROWD[0])["phone"]) == (None, "5")
    assert bench.profile(CROWD[1])["name"] == "Ada"


def test_g7_audiences_read_before_the_erasure_do_not_come_back_with_the_next_list(bench: Bench) -> None:
    bench.elsewhere(metadata={"segmentGroups": ["Theirs"]})
    bench.meanwhile(lambda: bench.apply(erase(2), join(3, "new")), "GET")
    bench.apply(join(1, "vip"))
    assert bench.profile()["metadata"]["segmentGroups"] == ["NEW"]


def test_g7_the_backlog_forgets_what_is_older_and_keeps_what_is_newer(bench: Bench) -> None:
    bench.world.add_connection("other", state="paused")
    bench.apply(upsert(1, connection="other", name="Ada"), upsert(5, connection="other", name="Bea"))
    bench.apply(upsert(1, source_id="bob", connection="other"))
    for number in (2, 6):
        bury(bench.store, letter(number, bench.pk(), "elsewhere"))
    bench.apply(erase(3))
    assert [held.body["commands"][0]["order"] for held in bench.held("other")] == [at(1), at(5)]
    assert [held.body["commands"][0]["customer"]["source_id"] for held in bench.held("other")] == ["bob", ADA]
    assert [buried.key for buried in bench.dead("elsewhere")] == [f"{at(6)}#fields"]


def test_g7_the_backlog_forgets_what_is_parked_for_a_cdp(bench: Bench) -> None:
    for number in (2, 6):
        park(bench.store, "segment", at(number), "message", HeldMessage(queue="deliver", body={}), bench.pk())
    bench.apply(erase(3))
    assert [row.key for row in bench.store.backlog.list("segment", PARKED)] == [f"{PARKED}{at(6)}#message"]


def test_g7_what_a_slow_worker_still_stored_goes_with_the_second_purge(bench: Bench) -> None:
    bench.apply(erase(3))
    bench.store.outbox.put_event(bench.pk(), "key", at(1), "body", START)
    bury(bench.store, letter(2, bench.pk()))
    bench.later(PURGE_MS - SECOND)
    bench.sweep()
    assert bench.dead()
    bench.later(SECOND)
    bench.sweep()
    assert not bench.dead()
    assert not list(bench.store.outbox.list_events(bench.pk()))


def test_g7_what_was_erased_is_not_held_for_a_paused_connection(bench: Bench) -> None:
    bench.world.add_connection("other", state="paused")
    bench.apply(erase(3))
    bench.apply(upsert(1, connection="other", name="Ada"), upsert(4, connection="other", name="Bea"))
    assert [held.body["commands"][0]["order"] for held in bench.held("other")] == [at(4)]


def test_g7_an_event_put_by_a_worker_that_read_too_early_is_taken_back(bench: Bench) -> None:
    bench.before_the_next_write(lambda: bench.apply(erase(2)))
    bench.apply(track(1))
    assert bench.events() == []
    assert not list(bench.store.outbox.list_events(bench.pk()))


def test_a_customer_that_voucherify_has_deleted_is_only_forgotten(bench: Bench) -> None:
    bench.put_row(row(events=listed(1), lists={}, not_before=START + MINUTE, due=START + MINUTE))
    bench.apply(erase(2, already_deleted=True))
    purge(bench)
    assert bench.calls() == []
    assert bench.row().source_id == ""


def test_g7_an_old_list_is_not_written_for_a_customer_that_was_deleted_elsewhere(bench: Bench) -> None:
    bench.apply(join(1, "vip"))
    bench.elsewhere(metadata={"segmentGroups": []})
    bench.apply(erase(2, already_deleted=True))
    bench.apply(join(3, "new"))
    assert bench.profile()["metadata"]["segmentGroups"] == ["NEW"]


def test_a_second_copy_of_an_erasure_costs_no_call(bench: Bench) -> None:
    bench.apply(erase(1))
    before: list[Any] = bench.calls()
    bench.apply(erase(1), receives=2)
    assert bench.calls() == before


def test_an_expired_tombstone_that_dynamodb_has_not_deleted_yet_is_none(bench: Bench) -> None:
    gone = Row(erased=at(9), erased_until=START)
    assert bench.store.outbox.write_customer(bench.pk(), dump(bench.pk(), gone, 0))
    bench.apply(upsert(1, name="Ada"))
    assert bench.profile()["name"] == "Ada"


def test_g3_event_rows_are_deleted_only_when_the_row_tells_of_the_erasure(bench: Bench) -> None:
    """Else another worker would take a repeat for new, and what is older than the erasure would be sent twice."""
    bench.apply(track(1, "Bought", sender_id="m-1"))
    bench.log.clear()
    bench.apply(track(2, "Bought", sender_id="m-1"), erase(3), track(4, "Bought", sender_id="m-1"))
    assert "delete_event" not in bench.log[: bench.log.index("write_customer")]
    assert bench.events() == ["Bought", "Bought"]
