"""The fault plan: which calls fail, how, and whether they take effect all the same."""

from random import Random
from threading import Lock
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

LATE_SECONDS = 60.0

Seconds = Annotated[float, Field(ge=0)]


class Fault(BaseModel):
    """One way to fail.

    It strikes calls whose operation (`METHOD /path`) contains `match`, but for the first `after` of them, each with the
    chance `rate`, at most `count` times. `effect` tells what became of the call: nothing, all of it before the answer,
    or all of it later (`late`: answered at once, done after `delay` or 60 seconds). With a status below 400 and no
    `body` the call goes through; only its answer comes late (`delay`), slowly (`drip`: the body takes so many seconds)
    or in half (`cut`: then the connection ends). The record of requests tells the `name` of what struck.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = None
    match: str = ""
    after: Annotated[int, Field(ge=0)] = 0
    rate: Annotated[float, Field(ge=0, le=1)] = 1.0
    count: Annotated[int, Field(ge=1)] | None = None
    seed: int = 0
    status: Annotated[int, Field(ge=200, le=599)] = 503
    headers: dict[str, str] = {}
    body: Any = None
    delay: Seconds = 0.0
    drip: Seconds = 0.0
    cut: bool = False
    reset: bool = False
    effect: Literal["none", "before", "late"] = "none"

    _chance: Random = PrivateAttr()
    _left: float = PrivateAttr()
    _spared: int = PrivateAttr(0)

    def model_post_init(self, context: Any) -> None:
        self._chance = Random(self.seed)
        self._left = float("inf") if self.count is None else self.count

    @model_validator(mode="after")
    def _has_an_answer(self) -> Self:
        if self.effect == "late" and self.slows:
            raise ValueError("a late effect needs a status of 400 or more, a body, or reset")
        return self

    @property
    def has_body(self) -> bool:
        """Whether `body` replaces the vendor's own form of the error."""
        return "body" in self.model_fields_set

    @property
    def slows(self) -> bool:
        """Whether the call goes through in the end."""
        return self.status < 400 and not self.has_body and not self.reset

    @property
    def late_seconds(self) -> float:
        """When a late effect comes, counted from the call."""
        return self.delay or LATE_SECONDS

    @property
    def spent(self) -> bool:
        """Whether it has struck `count` times."""
        return self._left <= 0

    def strikes(self, operation: str) -> bool:
        """Decides about one call; the same calls with the same seed are decided alike."""
        if self.match not in operation or self.spent:
            return False
        if self._spared < self.after:
            self._spared += 1
            return False
        if self._chance.random() >= self.rate:
            return False
        self._left -= 1
        return True


class FaultPlan:
    """The faults that are active, in the order they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Makes a fault active."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Ends all faults; effects that are still to come late do come."""
        with self._lock:
            self._faults.clear()

    def strike(self, operation: str) -> Fault | None:
        """The first fault that strikes this call, if any does."""
        with self._lock:
            return next((fault for fault in self._faults if fault.strikes(operation)), None)

    def shown(self) -> list[dict[str, Any]]:
        """The faults that can still strike, as JSON."""
        with self._lock:
            return [fault.model_dump() for fault in self._faults if not fault.spent]
