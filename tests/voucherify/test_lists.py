"""Lists of audiences: read once, then written whole (G2)."""

from typing import Any

import pytest

from cdphub.clock import MINUTE
from tests.builders import join, leave, track, upsert
from tests.voucherify.bench import Bench

GROUPS = "segmentGroups"


def groups(bench: Bench) -> list[str] | None:
    """The list as Voucherify has it."""
    found: list[str] | None = bench.profile()["metadata"].get(GROUPS)
    return found


def test_the_first_read_keeps_audiences_made_elsewhere(bench: Bench) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.elsewhere(metadata={GROUPS: ["Theirs", "Gone"]})
    bench.apply(join(2, "vip"), leave(3, "gone", name="Gone"))
    assert groups(bench) == ["Theirs", "VIP"]


def test_a_list_is_read_once(bench: Bench) -> None:
    bench.apply(join(1, "vip"))
    bench.apply(join(2, "new"))
    assert [call for call in bench.calls("GET") if call.startswith("/v1/customers/")] == ["/v1/customers/ada%40crm 404"]
    assert groups(bench) == ["NEW", "VIP"]


def test_each_list_is_read_before_its_first_write(bench: Bench) -> None:
    bench.apply(join(1, "vip"))
    bench.elsewhere(metadata={"brazeAudiences": ["Theirs"]})
    bench.apply(join(2, "ours", list_name="brazeAudiences", name="Ours"))
    assert bench.profile()["metadata"]["brazeAudiences"] == ["Ours", "Theirs"]


def test_g6_a_list_that_only_the_hub_writes_is_not_read(bench: Bench) -> None:
    bench.configure(hub_owns_lists=True)
    bench.elsewhere(metadata={GROUPS: ["Theirs"]})
    bench.apply(join(1, "vip"))
    assert groups(bench) == ["VIP"]
    assert not [call for call in bench.calls("GET") if call.startswith("/v1/customers/")]


def test_a_list_that_others_write_from_now_on_is_read_after_all(bench: Bench) -> None:
    bench.configure(hub_owns_lists=True)
    bench.apply(join(1, "vip"))
    bench.configure(hub_owns_lists=False)
    bench.elsewhere(metadata={GROUPS: ["VIP", "Theirs"]})
    bench.apply(join(2, "new"))
    assert groups(bench) == ["NEW", "Theirs", "VIP"]


def test_leaving_the_last_audience_writes_an_empty_list(bench: Bench) -> None:
    bench.apply(join(1, "vip"))
    bench.apply(leave(2, "vip"))
    assert groups(bench) == []


def test_a_rename_replaces_the_old_name(bench: Bench) -> None:
    bench.apply(join(1, "g1", name="Gold"))
    bench.apply(join(2, "g1", name="Platinum"))
    assert groups(bench) == ["Platinum"]


def test_g2_the_newest_change_of_an_audience_wins(bench: Bench) -> None:
    bench.apply(leave(2, "vip"))
    bench.apply(join(1, "vip"))
    assert groups(bench) == []


def test_a_late_change_of_another_audience_is_written(bench: Bench) -> None:
    bench.apply(join(2, "vip"))
    bench.apply(join(1, "new"))
    assert groups(bench) == ["NEW", "VIP"]


def test_g2_a_list_changed_during_the_call_is_written_again(bench: Bench) -> None:
    bench.meanwhile(lambda: bench.apply(leave(2, "vip"), join(3, "new")))
    bench.apply(join(1, "vip"))
    assert groups(bench) == ["NEW"]


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 504}, {"reset": True}])
def test_a_list_that_cannot_be_read_now_is_written_later(bench: Bench, fault: dict[str, Any]) -> None:
    bench.apply(upsert(1, name="Ada"))
    bench.elsewhere(metadata={GROUPS: ["Theirs"]})
    bench.fail(match="GET /v1/customers/", count=1, **fault)
    bench.apply(join(2, "vip"), track(3))
    assert groups(bench) == ["Theirs"]
    bench.later(3 * MINUTE)
    bench.sweep()
    assert groups(bench) == ["Theirs", "VIP"]
    assert bench.events() == ["Visited"]


def test_a_list_that_the_project_does_not_define_is_omitted(bench: Bench) -> None:
    bench.apply(join(1, "vip", list_name="undefinedList"))
    assert bench.calls() == []
    assert not bench.row().has_work()
