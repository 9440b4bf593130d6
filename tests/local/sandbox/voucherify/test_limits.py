"""Rate limits and quotas."""

from collections.abc import Callable

from tests.local.sandbox.voucherify.conftest import Bench
from tools.local.sandbox.core import Request
from tools.local.sandbox.voucherify import Limit

START = 1_700_000_040
"""The bench's clock, in seconds: at the beginning of a minute."""


def test_every_reply_tells_the_limit_what_is_left_and_when_the_period_ends(bench: Bench) -> None:
    bench.now += 12_345
    for path, left in [("/v1/customers", 1999), ("/v1/customers/nobody", 1998)]:
        headers = bench.call("GET", path).headers
        assert headers["X-Rate-Limit-Limit"] == "2000"
        assert headers["X-Rate-Limit-Remaining"] == str(left)
        assert headers["X-Rate-Limit-Retry"] == str(START + 60)
        assert "X-Rate-Limit-Type" not in headers


def test_beyond_the_limit_calls_are_refused_until_the_period_ends(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(limits={"api_calls": Limit(calls=2, seconds=60)})
    bench.ok("GET", "/v1/customers")
    bench.ok("GET", "/v1/customers")
    bench.now += 20_500
    reply = bench.call("POST", "/v1/customers", {"source_id": "ana"})
    body = reply.json()
    assert (reply.status, body["code"]) == (429, 429)
    assert body["message"] == "Too many requests hit the API too quickly."
    assert reply.headers["X-Rate-Limit-Type"] == "api_calls"
    assert reply.headers["X-Rate-Limit-Remaining"] == "0"
    assert reply.headers["X-Rate-Limit-Retry"] == str(START + 60)
    assert reply.headers["Retry-After"] == "40"
    assert bench.history() == []
    bench.now += 39_500
    bench.ok("GET", "/v1/customers")


def test_bulk_calls_have_a_limit_of_their_own(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(limits={"bulk_api_calls": Limit(calls=1, seconds=3600)})
    bench.ok("POST", "/v1/customers/bulk/async", [])
    reply = bench.call("POST", "/v1/customers/bulk/async", [])
    assert (reply.status, reply.headers["X-Rate-Limit-Type"]) == (429, "bulk_api_calls")
    bench.ok("GET", "/v1/async-actions")


def test_the_cycles_quota_outlasts_the_minute(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(limits={"api_calls_cycle": Limit(calls=1, seconds=30 * 86_400)})
    bench.ok("GET", "/v1/customers")
    bench.now += 3_600_000
    assert bench.call("GET", "/v1/customers").headers["X-Rate-Limit-Type"] == "api_calls_cycle"


def test_a_refused_call_spends_nothing(bench_with: Callable[..., Bench]) -> None:
    bench = bench_with(limits={"bulk_api_calls": Limit(calls=1, seconds=3600)})
    statuses = [bench.call("POST", "/v1/customers/bulk/async", []).status for _ in range(3)]
    assert statuses == [202, 429, 429]
    assert bench.call("GET", "/v1/customers").headers["X-Rate-Limit-Remaining"] == "1998"


def test_a_wrong_key_spends_nothing(bench: Bench) -> None:
    assert bench.sandbox.handle(Request("GET", "/v1/customers")).status == 401
    assert bench.call("GET", "/v1/customers").headers["X-Rate-Limit-Remaining"] == "1999"


def test_limits_can_be_set_by_call(bench: Bench) -> None:
    assert bench.call("PUT", "/_sandbox/limits", {"api_calls": {"calls": 1, "seconds": 60}}).status == 204
    bench.ok("GET", "/v1/customers")
    assert bench.call("GET", "/v1/customers").status == 429
    assert bench.call("PUT", "/_sandbox/limits", {"calls": {"calls": 1, "seconds": 60}}).status == 400
