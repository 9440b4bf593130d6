"""The metadata schemas are read once per project and five minutes, whoever needs them (G6)."""

import pytest

from cdphub.clock import MINUTE
from cdphub.failures import FailureClass
from cdphub.omitted import list_omitted
from tests.builders import ADA, CONNECTION, at, join, track, upsert
from tests.voucherify.bench import Bench


def reads(bench: Bench) -> int:
    """How often Voucherify was asked."""
    return sum(call.startswith("/v1/metadata-schemas") for call in bench.calls("GET"))


def test_g6_workers_share_one_read(bench: Bench) -> None:
    bench.apply(upsert(1, metadata={"plan": "a"}))
    bench.worker = bench.new_worker()
    bench.apply(upsert(2, metadata={"plan": "b"}))
    bench.later(2 * MINUTE)
    bench.apply(upsert(3, metadata={"plan": "c"}))
    assert reads(bench) == 1
    bench.later(5 * MINUTE)
    bench.apply(upsert(4, metadata={"plan": "d"}))
    assert reads(bench) == 2


def test_g6_without_metadata_nobody_asks(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"), track(2, properties={"amount": 5}))
    assert reads(bench) == 0


def test_only_defined_metadata_is_sent_and_the_rest_is_counted(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.apply(upsert(1, name="Ada", metadata={"plan": "pro", "seats": "5", "shoe": 38}))
    assert bench.bodies() == [{"source_id": ADA, "name": "Ada", "metadata": {"plan": "pro", "seats": 5}}]
    assert '"Omitted":[1.0]' in capsys.readouterr().out


def test_what_is_omitted_is_counted_once_however_often_the_call_fails(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.configure(event_schemas={"Bought": {"amount": "number"}})
    bench.fail(count=2)
    bench.apply(upsert(1, name="Ada", metadata={"shoe": 38}), track(2, "Bought", properties={"amount": "5$"}))
    for _ in range(2):
        bench.later(MINUTE)
        bench.sweep()
    assert bench.profile()["name"] == "Ada"
    assert [vars(record)["of"] for record in caplog.records if record.message == "omitted"] == [
        "event Bought",
        "customer",
    ]


def test_what_is_omitted_is_listed_by_connection(bench: Bench) -> None:
    bench.configure(event_schemas={"Bought": {"amount": "number"}})
    bench.apply(
        upsert(1, metadata={"shoe": 38, "seats": "many"}),
        upsert(2, metadata={"hat": "x"}, connection="braze-1"),
        track(3, "Bought", properties={"amount": "5$"}),
    )
    listed = {name: list_omitted(bench.store, name) for name in (CONNECTION, "braze-1")}
    assert {(one.of, one.key, one.reason, one.observed) for one in listed[CONNECTION]} == {
        ("customer", "shoe", "undefined", "number"),
        ("customer", "seats", "not a number", "string"),
        ("event Bought", "amount", "not a number", "string"),
    }
    assert [(one.of, one.key) for one in listed["braze-1"]] == [("customer", "hat")]


def test_an_upsert_of_which_nothing_is_left_is_no_call(bench: Bench) -> None:
    bench.apply(upsert(1, metadata={"shoe": 38}))
    assert bench.calls() == []
    assert not bench.row().has_work()


def test_a_customer_that_is_to_exist_is_made_even_if_its_metadata_is_left_out(bench: Bench) -> None:
    bench.apply(upsert(1), upsert(2, metadata={"shoe": 38}))
    assert bench.bodies() == [{"source_id": ADA}]


def test_a_project_without_a_schema_takes_no_metadata(bench: Bench) -> None:
    bench.fail(404, match="metadata-schemas")
    bench.apply(upsert(1, name="Ada", metadata={"plan": "pro"}))
    assert bench.bodies() == [{"source_id": ADA, "name": "Ada"}]
    assert reads(bench) == 1


@pytest.mark.parametrize("status", [503, 504, 429])
def test_g1_while_the_schema_cannot_be_read_metadata_waits(bench: Bench, status: int) -> None:
    bench.fail(status, match="metadata-schemas", count=1)
    bench.apply(upsert(1, metadata={"plan": "pro"}))
    assert bench.row().has_work()
    bench.later(3 * MINUTE)
    bench.sweep()
    assert bench.profile()["metadata"] == {"plan": "pro"}


def test_nested_objects_follow_the_schemas_that_come_with_the_customers(bench: Bench) -> None:
    payment = {"type": "object", "objectType": "Payment"}
    bench.define("metadata", customer={"billing": payment}, Payment={"tax": {"type": "number"}, "before": payment})
    bench.apply(upsert(1, metadata={"billing": {"tax": "5", "shoe": 38, "before": {"tax": "x"}}}))
    assert bench.profile()["metadata"] == {"billing": {"tax": 5}}
    assert reads(bench) == 1


@pytest.mark.parametrize("status", [403, 400])
def test_g1_g5_where_schemas_may_not_be_read_metadata_is_a_dead_letter_and_the_rest_goes_on(
    bench: Bench, status: int
) -> None:
    bench.fail(status, match="metadata-schemas")
    bench.apply(
        upsert(1, name="Ada", metadata={"plan": "a"}),
        upsert(2, metadata={"plan": "b", "seats": 5}),
        join(3, "vip"),
        track(4, "Bought", phone="5"),
    )
    assert bench.events() == ["Bought"]
    assert bench.profile() | {"name": "Ada", "phone": "5", "metadata": {}} == bench.profile()
    assert [(letter.payload["order"], letter.payload["customer"].get("metadata")) for letter in bench.dead()] == [
        (at(1), {"plan": "a"}),
        (at(2), {"plan": "b", "seats": 5}),
        (at(3), None),
    ]
    assert {letter.failure for letter in bench.dead()} == {FailureClass.CONFIG}
    assert all("let the project's API key read them" in letter.reason for letter in bench.dead())
    assert not bench.row().has_work()
    assert reads(bench) == 1


def test_metadata_goes_again_some_minutes_after_the_schemas_may_be_read(bench: Bench) -> None:
    bench.fail(403, match="metadata-schemas", count=1)
    bench.apply(upsert(1, metadata={"plan": "a"}))
    bench.worker = bench.new_worker()
    bench.apply(upsert(2, metadata={"plan": "b"}))
    assert len(bench.dead()) == 2
    bench.later(5 * MINUTE)
    bench.apply(upsert(3, metadata={"plan": "c"}))
    assert bench.profile()["metadata"] == {"plan": "c"}
