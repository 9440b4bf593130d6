"""A shop that shares the project's limit."""

from tests.local.sandbox.voucherify.conftest import Bench

FORTY = {"calls": 40, "seconds": 60}


def shop(bench: Bench) -> tuple[int, int]:
    shown = bench.ok("GET", "/_sandbox/shop")
    return shown["calls"], shown["refused"]


def left(bench: Bench) -> str:
    return bench.call("GET", "/v1/customers").headers["X-Rate-Limit-Remaining"]


def test_there_is_no_shop_unless_wanted(bench: Bench) -> None:
    bench.now += 600_000
    assert shop(bench) == (0, 0)
    assert left(bench) == "1999"


def test_it_calls_evenly_and_spends_the_projects_limit(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/shop", FORTY)
    for seconds, calls in ((1.4, 0), (1.5, 1), (29.9, 19), (30, 20)):
        bench.now = 1_700_000_040_000 + int(seconds * 1000)
        assert shop(bench) == (calls, 0)
    assert left(bench) == "1979"


def test_it_is_refused_what_the_hub_has_spent(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/limits", {"api_calls": {"calls": 100, "seconds": 60}})
    bench.ok("PUT", "/_sandbox/shop", FORTY)
    for _ in range(90):
        bench.ok("GET", "/v1/customers")
    bench.now += 59_999
    assert shop(bench) == (39, 29)


def test_what_was_due_is_made_up_for_in_its_own_period(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/limits", {"api_calls": {"calls": 40, "seconds": 60}})
    bench.ok("PUT", "/_sandbox/shop", FORTY)
    bench.now += 600_000
    assert shop(bench) == (400, 0)


def test_it_can_be_told_another_pace_and_to_stop(bench: Bench) -> None:
    bench.ok("PUT", "/_sandbox/shop", FORTY)
    bench.now += 60_000
    bench.ok("PUT", "/_sandbox/shop", {"calls": 1, "seconds": 60})
    bench.now += 60_000
    bench.ok("PUT", "/_sandbox/shop", {"calls": 0, "seconds": 60})
    bench.now += 60_000
    assert shop(bench) == (41, 0)
    assert bench.call("PUT", "/_sandbox/shop", {"calls": -1, "seconds": 60}).status == 400
