"""The metadata schema is read once per project and five minutes, whoever needs it (G6)."""

import pytest

from cdphub.clock import MINUTE
from tests.builders import ADA, track, upsert
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
