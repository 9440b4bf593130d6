"""The shop: it calls Voucherify too, and shares the project's limit with the hub."""

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt

from tools.local.sandbox.core import Now
from tools.local.sandbox.voucherify.errors import RefusedError
from tools.local.sandbox.voucherify.limits import Limits

CHECKOUT = "/v1/validations"


class Pace(BaseModel):
    """So many calls, evenly spread over so many seconds; none at all with 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: NonNegativeInt
    seconds: PositiveInt


class Shop:
    """Calls at a steady pace, with the clock alone: whoever looks at the project first makes up for what was due."""

    def __init__(self, now_ms: Now, limits: Limits) -> None:
        self._now_ms = now_ms
        self._limits = limits
        self._calls = 0
        self._refused = 0
        self.set(Pace(calls=0, seconds=1))

    def set(self, pace: Pace) -> None:
        """Calls at this pace from now on; what was counted before stays."""
        self._pace = pace
        self._began = self._now_ms()
        self._made = 0

    def shown(self) -> dict[str, int]:
        """How many calls it has made, and how many of them got 429, as JSON."""
        return {"calls": self._calls, "refused": self._refused}

    def catch_up(self) -> None:
        """Makes the calls that have become due, each at its time."""
        while self._pace.calls and (at := self._next_ms()) <= self._now_ms():
            self._call(at)
            self._made += 1

    def _next_ms(self) -> int:
        return self._began + (self._made + 1) * self._pace.seconds * 1000 // self._pace.calls

    def _call(self, at_ms: int) -> None:
        self._calls += 1
        try:
            self._limits.spend(CHECKOUT, at_ms)
        except RefusedError:
            self._refused += 1
