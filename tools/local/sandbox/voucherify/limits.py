"""Voucherify's limits (https://docs.voucherify.io/guides/limits): calls a minute, bulk calls, calls a billing cycle."""

import math
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, PositiveInt

from tools.local.sandbox.core import Now
from tools.local.sandbox.voucherify.errors import too_many

MINUTE = 60
HOUR = 60 * MINUTE
CYCLE = 30 * 24 * HOUR


class Limit(BaseModel):
    """So many calls in each period."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: PositiveInt
    seconds: PositiveInt


GENEROUS = {
    "api_calls": Limit(calls=2_000, seconds=MINUTE),
    "bulk_api_calls": Limit(calls=1_000, seconds=HOUR),
    "api_calls_cycle": Limit(calls=10_000_000, seconds=CYCLE),
}


class Limits:
    """Counts calls by the value of `X-Rate-Limit-Type`; periods begin at whole multiples of their length."""

    def __init__(self, now_ms: Now, limits: Mapping[str, Limit]) -> None:
        self._now_ms = now_ms
        self._spent: dict[tuple[str, int], int] = {}
        self._limits = dict(GENEROUS)
        self.set(limits)

    def set(self, limits: Mapping[str, Limit]) -> None:
        """Replaces the limits that are named; raises ValueError for an unknown name."""
        if unknown := set(limits) - set(GENEROUS):
            raise ValueError(f"no such limit: {', '.join(sorted(unknown))}")
        self._limits |= limits

    def spend(self, path: str, at_ms: int) -> None:
        """Counts one call; refuses it when a limit is reached, and then counts nothing."""
        names = list(_names(path))
        for name in names:
            if self._remaining(name, at_ms) <= 0:
                raise too_many(self._headers_when_hit(name))
        for name in names:
            period = (name, self._period(name, at_ms))
            self._spent[period] = self._spent.get(period, 0) + 1

    def headers(self, name: str = "api_calls") -> dict[str, str]:
        """What every reply tells: the limit, what is left of it, and when its period ends (seconds since 1970)."""
        limit, now = self._limits[name], self._now_ms()
        return {
            "X-Rate-Limit-Limit": str(limit.calls),
            "X-Rate-Limit-Remaining": str(self._remaining(name, now)),
            "X-Rate-Limit-Retry": str((self._period(name, now) + 1) * limit.seconds),
        }

    def _headers_when_hit(self, name: str) -> dict[str, str]:
        headers = self.headers(name)
        wait = math.ceil(int(headers["X-Rate-Limit-Retry"]) - self._now_ms() / 1000)
        return {**headers, "X-Rate-Limit-Type": name, "Retry-After": str(max(1, wait))}

    def _remaining(self, name: str, at_ms: int) -> int:
        return max(0, self._limits[name].calls - self._spent.get((name, self._period(name, at_ms)), 0))

    def _period(self, name: str, at_ms: int) -> int:
        return at_ms // (self._limits[name].seconds * 1000)


def _names(path: str) -> Iterable[str]:
    yield "api_calls_cycle"
    yield "api_calls"
    if path.startswith("/v1/customers/bulk/"):
        yield "bulk_api_calls"
