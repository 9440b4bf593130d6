"""A call to Voucherify has a line: whose commands it carried, and what came of it."""

from typing import Any

import pytest

from cdphub.outbox.row import Membership, Row
from cdphub.outbox.work import Send
from tests.builders import at, erase, track, upsert
from tests.voucherify.bench import Bench
from voucherify import attempts


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.message == "attempt"]


def test_a_call_names_the_trace_ids_of_all_that_it_carried(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.apply(upsert(1, name="Ada"), track(2))
    (line,) = lines(caplog)
    assert line["trace_ids"] == ["trace1", "trace2"]
    assert (line["customers"], line["status"], line["failure"]) == ([bench.pk()], 200, None)


def test_an_erasure_names_its_own(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.apply(erase(2))
    assert [line["trace_ids"] for line in lines(caplog)] == [["trace1"], ["trace2"]]


def test_g7_it_says_nothing_of_the_person(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.apply(upsert(1, name="Ada Lovelace"))
    assert "Lovelace" not in str(lines(caplog))


def test_of_a_list_the_newest_change_counts() -> None:
    members = {str(number): Membership(member=True, name="vip", at=at(number), by="segment-1") for number in (1, 3, 2)}
    row = Row(lists={"segments": members}, list_changes={"segments": 3})
    assert attempts.places(row, Send(lists={"segments": 3})) == {at(3)}
