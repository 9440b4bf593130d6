"""Custom events' metadata has the types that the Management API tells, else those of the project's setting."""

from typing import Any

import pytest

from cdphub import pool
from cdphub.clock import HOUR, MINUTE, SECOND
from cdphub.connections import project_parameter
from tests.builders import CONNECTION, track
from tests.fakes import PROJECT, World
from tests.voucherify.bench import Bench
from tests.voucherify.conftest import one_by_one

MANAGEMENT = "/management/v1/projects/id/custom-event-schemas"
SETTING = {"Bought": {"amount": "number", "gift": "boolean", "on": "date"}}
MISSING = {"code": 402, "key": "missing_required_feature", "message": "Payment required"}


def listed(**events: dict[str, Any]) -> dict[str, Any]:
    """The Management API's list of these events."""
    data = [{"id": "ms_1", "name": name, "schema": {"properties": keys}} for name, keys in events.items()]
    return {"object": "list", "data_ref": "data", "data": data, "total": len(data)}


def add_keys(bench: Bench) -> None:
    """Gives the project keys of the Management API."""
    secrets = bench.world.hub.secrets.read(project_parameter(PROJECT))
    keys = {"project": "id", "id": "management", "token": "management-token"}
    bench.world.hub.secrets.write(project_parameter(PROJECT), {**secrets, "management": keys})


def manage(bench: Bench, reply: Any = None, status: int = 200, count: int | None = None) -> None:
    """Gives the project keys of the Management API, which answers so."""
    add_keys(bench)
    bench.fail(status, match=f"GET {MANAGEMENT}", count=count, **({} if reply is None else {"body": reply}))


def reads(bench: Bench) -> int:
    """How often the Management API was asked."""
    return sum(call.startswith("/management") for call in bench.calls("GET"))


def sent(bench: Bench) -> Any:
    """The metadata of the newest event."""
    return bench.bodies()[-1]["metadata"]


def test_text_is_parsed_what_cannot_be_is_dropped_and_undefined_keys_stay(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.configure(event_schemas=SETTING)
    properties = {"amount": "500", "gift": "true", "on": "500A", "more": "7", "list": [1], "none": None}
    bench.apply(track(1, "Bought", properties=properties))
    assert sent(bench) == {"amount": 500, "gift": True, "more": "7", "list": [1], "none": None}
    (told,) = [vars(record) for record in caplog.records if record.message == "omitted"]
    assert (told["of"], told["connection"]) == ("event Bought", CONNECTION)
    assert told["metadata"] == ["on: not a date (YYYY-MM-DD) (string)"]


def test_without_a_schema_text_stays_text(bench: Bench) -> None:
    bench.configure(event_schemas=SETTING)
    bench.apply(track(1, "Wished", properties={"amount": "500"}))
    assert sent(bench) == {"amount": "500"}


def test_an_event_without_metadata_gets_none(bench: Bench) -> None:
    bench.configure(event_schemas=SETTING)
    bench.apply(track(1, "Bought"))
    assert "metadata" not in bench.bodies()[-1]


def test_the_management_api_wins_over_the_setting(bench: Bench) -> None:
    keys: dict[str, Any] = {
        "amount": {"type": "number"},
        "on": {"type": "date", "deleted": True},
        "odd": {"type": "geopoint"},
    }
    manage(bench, listed(Bought=keys))
    bench.configure(event_schemas={"Bought": {"on": "date", "gift": "boolean"}})
    bench.apply(track(1, "Bought", properties={"amount": "5", "on": "today", "odd": "x", "gift": "yes"}))
    assert sent(bench) == {"amount": 5, "on": "today", "odd": "x", "gift": "yes"}


def test_what_voucherify_defines_it_takes(world: World) -> None:
    with pool.use(one_by_one):
        bench = Bench(world, management={"management": "management-token"})
        add_keys(bench)
        bench.define("event", Bought={"amount": {"type": "number"}, "gift": {"type": "boolean"}})
        bench.apply(track(1, "Bought", properties={"amount": "500", "gift": "maybe"}))
    assert bench.calls() == ["/v1/events 200"]
    assert sent(bench) == {"amount": 500}


def test_both_documented_forms_of_a_definition_are_taken(bench: Bench) -> None:
    flat = {"name": "Bought", "properties": {"amount": {"type": "number"}}}
    manage(bench, {"data_ref": "data", "data": [{"id": "ms_1"}, flat]})
    bench.apply(track(1, "Bought", properties={"amount": "5"}))
    assert sent(bench) == {"amount": 5}


def test_g6_workers_share_one_read_for_five_minutes(bench: Bench) -> None:
    manage(bench, listed(Bought={"amount": {"type": "number"}}))
    bench.apply(track(1, "Bought"), track(2, "Bought"))
    bench.worker = bench.new_worker()
    bench.apply(track(3, "Bought"))
    assert reads(bench) == 1
    bench.later(5 * MINUTE)
    bench.apply(track(4, "Bought"))
    assert reads(bench) == 2


def test_g6_what_another_worker_has_just_read_is_not_read_again(bench: Bench) -> None:
    manage(bench, listed(Bought={"amount": {"type": "number"}}))
    first, second = bench.worker, bench.new_worker()
    bench.apply(track(1, "Bought"))
    bench.later(5 * MINUTE - SECOND)
    bench.worker = second
    bench.apply(track(2, "Bought"))
    bench.later(SECOND)
    for number, worker in enumerate((first, second)):
        bench.worker = worker
        bench.apply(track(3 + number, "Bought"))
    assert reads(bench) == 2


def test_a_plan_without_the_management_api_is_told_of_once_and_the_setting_counts(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    manage(bench, MISSING, status=402)
    bench.configure(event_schemas=SETTING)
    for number in range(3):
        bench.apply(track(number, "Bought", properties={"amount": "5"}))
        assert sent(bench) == {"amount": 5}
        bench.later(HOUR)
    assert reads(bench) == 3
    assert caplog.messages.count("event schemas refused") == 1
    assert bench.pause() is None


@pytest.mark.parametrize("status", [401, 403, 404])
def test_g5_bad_management_keys_stop_nothing(bench: Bench, status: int) -> None:
    manage(bench, status=status)
    bench.apply(track(1, "Bought", properties={"amount": "5"}))
    assert bench.events() == ["Bought"]
    assert bench.pause() is None


@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_while_the_management_api_is_down_what_was_read_last_counts(bench: Bench, status: int) -> None:
    manage(bench, listed(Bought={"amount": {"type": "number"}}), count=1)
    bench.apply(track(1, "Bought"))
    manage(bench, status=status)
    bench.later(5 * MINUTE)
    bench.apply(track(2, "Bought", properties={"amount": "5"}), track(3, "Bought", properties={"amount": "6"}))
    assert sent(bench) == {"amount": 6}
    assert reads(bench) == 2
    assert bench.pause() is None
