"""What else is in a customer's metadata or address stays, whether Voucherify merges what it is sent or replaces it."""

from collections.abc import Iterator
from typing import Any

import pytest

from cdphub import pool
from cdphub.clock import MINUTE
from tests.builders import ADA, join, track, upsert
from tests.fakes import World
from tests.voucherify.bench import Bench
from tests.voucherify.conftest import one_by_one

CUSTOMER = "/v1/customers/ada%40crm"


@pytest.fixture(params=["merge", "replace"])
def modifying(world: World, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A project that reads, modifies and writes, at a Voucherify of either kind."""
    with pool.use(one_by_one):
        bench = Bench(world, replaced=["address", "metadata"] if request.param == "replace" else [])
        bench.configure(metadata_write="read_modify_write", address_write="read_modify_write")
        yield bench


def reads(bench: Bench) -> list[str]:
    """The reads of the customer."""
    return [call for call in bench.calls("GET") if call.startswith(CUSTOMER)]


def test_what_others_wrote_stays(modifying: Bench) -> None:
    modifying.elsewhere(metadata={"seats": 5, "plan": "basic", "theirs": "x"})
    modifying.apply(upsert(1, metadata={"plan": "pro"}))
    assert modifying.profile()["metadata"] == {"seats": 5, "plan": "pro", "theirs": "x"}
    assert reads(modifying) == [f"{CUSTOMER} 200"]


def test_what_others_wrote_of_an_address_stays(modifying: Bench) -> None:
    modifying.elsewhere(address={"city": "Wien", "line_1": "Ring 1", "country": "AT"})
    modifying.apply(upsert(1, address={"city": "Graz", "country": None}))
    assert modifying.profile()["address"] == {"city": "Graz", "line_1": "Ring 1", "country": None}
    assert reads(modifying) == [f"{CUSTOMER} 200"]


def test_only_what_would_be_replaced_is_written_again(modifying: Bench) -> None:
    modifying.configure(metadata_write="read_modify_write", address_write="merge")
    modifying.elsewhere(address={"line_1": "Ring 1"}, metadata={"seats": 5})
    modifying.apply(upsert(1, address={"city": "Graz"}, metadata={"plan": "pro"}))
    assert modifying.bodies()[-1]["address"] == {"city": "Graz"}
    assert modifying.bodies()[-1]["metadata"] == {"seats": 5, "plan": "pro"}


def test_events_and_lists_too_write_what_is_there(modifying: Bench) -> None:
    modifying.elsewhere(metadata={"seats": 5})
    modifying.apply(upsert(1, metadata={"plan": "pro"}), join(2, "vip"), track(3))
    assert modifying.profile()["metadata"] == {"seats": 5, "plan": "pro", "segmentGroups": ["VIP"]}


def test_each_call_reads_what_is_there_then(modifying: Bench) -> None:
    modifying.apply(upsert(1, metadata={"plan": "pro"}))
    modifying.elsewhere(metadata={"plan": "pro", "seats": 5})
    modifying.apply(upsert(2, metadata={"plan": "free"}))
    assert modifying.profile()["metadata"] == {"plan": "free", "seats": 5}
    assert reads(modifying) == [f"{CUSTOMER} 404", f"{CUSTOMER} 200"]


def test_the_second_call_of_a_turn_reads_what_the_first_one_wrote(modifying: Bench) -> None:
    modifying.meanwhile(lambda: modifying.apply(upsert(2, metadata={"seats": 9})))
    modifying.apply(upsert(1, metadata={"plan": "pro"}))
    assert modifying.profile()["metadata"] == {"plan": "pro", "seats": 9}
    assert len(reads(modifying)) == 2


def test_g6_a_call_with_neither_reads_nothing(modifying: Bench) -> None:
    modifying.elsewhere(metadata={"seats": 5})
    modifying.apply(upsert(1, name="Ada"), track(2))
    assert modifying.profile()["metadata"] == {"seats": 5}
    assert not reads(modifying)


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 504}, {"status": 429}, {"reset": True}])
def test_g1_while_the_customer_cannot_be_read_its_metadata_waits(modifying: Bench, fault: dict[str, Any]) -> None:
    modifying.elsewhere(metadata={"seats": 5})
    modifying.fail(match="GET /v1/customers/", count=1, **fault)
    modifying.apply(upsert(1, metadata={"plan": "pro"}))
    assert modifying.profile()["metadata"] == {"seats": 5}
    modifying.later(3 * MINUTE)
    modifying.sweep()
    assert modifying.profile()["metadata"] == {"seats": 5, "plan": "pro"}


def test_without_the_setting_voucherify_is_taken_to_merge(bench: Bench) -> None:
    bench.elsewhere(metadata={"seats": 5})
    bench.apply(upsert(1, metadata={"plan": "pro"}))
    assert bench.bodies()[-1] == {"source_id": ADA, "metadata": {"plan": "pro"}}
    assert bench.profile()["metadata"] == {"seats": 5, "plan": "pro"}
