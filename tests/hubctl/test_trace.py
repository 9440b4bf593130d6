"""hubctl trace finds what is known of a trace id, wherever that is."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from cdphub import clock, order
from cdphub.backlog import HeldMessage, hold, park
from cdphub.outbox.row import PendingDeletion, PendingEvent, PendingField, Row, dump, partition
from cdphub.store.outbox import DynamoOutbox
from tests.hubctl.conftest import Run
from tests.hubctl.letters import bury_event
from tests.hubctl.shop import PROJECT_SECRETS, connected, connection, stored
from tests.hubctl.watched import log

TRACE = "0af7651916cd43dd8448eb211c80319c"
ADA = partition("shop", "salt", "ada@crm")


def at(trace: str = TRACE) -> str:
    return order.place(clock.now_ms(), trace, 0)


def put_row(row: Row) -> None:
    assert stored().store.outbox.write_customer(ADA, dump(ADA, row, 0))


def traced(run: Run, *options: str) -> Any:
    shown = run("trace", TRACE, "--json", *options)
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.stdout)


def items(run: Run) -> list[tuple[str, str]]:
    return [(item["item"], item["where"]) for item in traced(run)["items"]]


def begin(run: Run) -> None:
    connected(run)
    log("SegmentIngest", {"message": "accepted", "trace_id": TRACE})


def test_lines_of_all_functions_in_their_order(stack: str, run: Run) -> None:
    log("VoucherifyApply", {"message": "attempt", "trace_ids": ["another", TRACE]}, age_ms=1000)
    log("SegmentIngest", {"message": "accepted", "trace_id": TRACE}, age_ms=2000)
    log("SegmentIngest", {"message": "accepted", "trace_id": "another"})
    assert [line["message"] for line in traced(run)["lines"]] == ["accepted", "attempt"]


def test_g1_what_waits_in_the_outbox_is_found_without_a_line_that_names_the_customer(stack: str, run: Run) -> None:
    begin(run)
    name = PendingField(value="Ada Lovelace", at=at(), by="segment-1")
    email = PendingField(value="ada@example.com", at=at("other-trace"), by="segment-1")
    put_row(Row(source_id="ada@crm", fields={"name": name, "email": email}, due=clock.now_ms() + clock.HOUR))
    assert items(run) == [("field name", "waits in the outbox")]


def test_what_is_done_is_found_by_the_customer_that_a_line_names(stack: str, run: Run) -> None:
    begin(run)
    log("VoucherifyApply", {"message": "attempt", "customers": [ADA, "shop#gone"], "trace_ids": [TRACE]})
    put_row(Row(source_id="ada@crm", applied={"name": at(), "email": at("other-trace")}))
    assert items(run) == [("field name", "done")]


def test_a_line_that_names_the_connection_spares_looking_into_other_projects(
    stack: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack may have a thousand, with sixteen shards each."""
    connected(run)
    run("project", "add", "mill", "--cluster", "eu", **PROJECT_SECRETS)
    looked_at: set[str] = set()
    due = DynamoOutbox.due

    def noted(outbox: DynamoOutbox, shard: str, until_ms: int, limit: int) -> Iterable[str]:
        looked_at.add(shard.partition("#")[0])
        return due(outbox, shard, until_ms, limit)

    monkeypatch.setattr(DynamoOutbox, "due", noted)
    log("SegmentIngest", {"message": "accepted", "trace_id": TRACE})
    traced(run)
    assert looked_at == {"shop", "mill"}
    looked_at.clear()
    log("SegmentIngest", {"message": "accepted", "trace_id": TRACE, "connection": connection().id})
    name = PendingField(value="Ada Lovelace", at=at(), by=connection().id)
    put_row(Row(source_id="ada@crm", fields={"name": name}, due=1))
    assert items(run) == [("field name", "waits in the outbox")]
    assert looked_at == {"shop"}


def test_events_and_erasures(stack: str, run: Run) -> None:
    begin(run)
    place = at()
    event, erasure = PendingEvent(at=place, by="segment-1"), PendingDeletion(at=place, by="segment-1")
    put_row(Row(source_id="ada@crm", events={place: event}, deletion=erasure, due=1))
    stored().store.outbox.put_event(ADA, place, place, "{}", clock.now_ms())
    assert items(run) == [("erasure", "waits in the outbox"), ("event", "waits in the outbox")]


def test_g1_what_waits_for_its_connection_and_what_has_died(stack: str, run: Run) -> None:
    begin(run)
    store, message = stored().store, HeldMessage(queue="apply", body={})
    hold(store, connection().id, at(), "m1", message)
    park(store, connection().id, at(), "m2", message)
    hold(store, connection().id, at("other-trace"), "m3", message)
    bury_event(store, 1, connection().id, key=at())
    assert [where for _, where in items(run)] == [
        "dead letter",
        "held until the connection is enabled",
        "parked until a probe succeeds",
    ]


def test_g7_values_stay_where_they_are(stack: str, run: Run) -> None:
    begin(run)
    name = PendingField(value="Ada Lovelace", at=at(), by="segment-1")
    put_row(Row(source_id="ada@crm", fields={"name": name}, due=1))
    for options in ((), ("--json",)):
        shown = run("trace", TRACE, *options)
        assert "Lovelace" not in shown.stdout
        assert "ada@crm" not in shown.stdout


def test_if_nothing_is_known_it_says_why_that_may_be(stack: str, run: Run) -> None:
    log("SegmentIngest", {"message": "accepted", "trace_id": "another"})
    refused = run("trace", TRACE)
    assert refused.exit_code == 1
    assert "retention" in refused.stderr
    assert "LogLevel" in refused.stderr


def test_what_is_no_trace_id_is_refused(stack: str, run: Run) -> None:
    refused = run("trace", 'a" "b')
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: trace id:")
