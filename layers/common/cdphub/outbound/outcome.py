"""What came of an attempt to deliver, and how long to wait before the next (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cdphub.clock import SECOND
from cdphub.failures import LONGEST_MS, FailureClass, backoff_ms, classify
from cdphub.http import HttpReply, NoReplyError

_WAIT_HEADER, _RESET_HEADER = "retry-after", "x-ratelimit-reset"
_REASON_LENGTH = 300


@dataclass(frozen=True)
class Outcome:
    """Without `failure` the vendor has the event, or (`tried` is false) it is not this worker's turn to send it yet.

    With `failure`, but not `tried`, it waits like those that have failed. `wait_ms` is how long the vendor asks for, if
    it does.
    """

    failure: FailureClass | None = None
    reason: str = ""
    wait_ms: int | None = None
    tried: bool = True

    @property
    def is_final(self) -> bool:
        """Whether trying again would change nothing."""
        return self.failure in (FailureClass.INVALID, FailureClass.CONFIG)

    @property
    def concerns_all(self) -> bool:
        """Whether the next request to the vendor would end alike."""
        return not self.tried or (self.failure is not None and not self.is_final)


@dataclass(frozen=True)
class Verdict:
    """What came of a request: `whole`, and by their places the outcomes of events that differ from it."""

    whole: Outcome
    apart: Mapping[int, Outcome] = field(default_factory=dict)

    def of(self, place: int) -> Outcome:
        """The outcome of one of the request's events."""
        return self.apart.get(place, self.whole)


DONE = Outcome()
NO_TIME = Outcome(reason="the invocation was about to end", tried=False)
UNUSABLE = Outcome(FailureClass.AUTH, "the connection's settings or credentials are missing or cannot be used")


def judge(reply: HttpReply, differing: Mapping[int, FailureClass]) -> Outcome:
    """The outcome that a reply tells; `differing` is what the vendor's statuses mean otherwise than elsewhere."""
    if 200 <= reply.status < 300:
        return DONE
    text = reply.body.decode(errors="replace")
    reason = f"HTTP {reply.status}: {text}"[:_REASON_LENGTH]
    failure = classify(reply.status, differing)
    return Outcome(failure, reason, _asked_wait_ms(reply.headers, failure))


def no_reply(error: NoReplyError) -> Outcome:
    """The outcome of a request that got no reply."""
    return Outcome(FailureClass.IN_DOUBT if error.written else FailureClass.TRANSIENT, str(error))


def delay_ms(outcome: Outcome, attempts: int, chance: float) -> int:
    """How long to wait after an outcome that is not final: as asked, and up to a tenth longer; else backing off.

    What was not tried for want of time goes again at once.
    """
    if outcome.wait_ms is None:
        return backoff_ms(attempts, chance) if outcome.tried else 0
    return min(int(outcome.wait_ms * (1 + chance / 10)), LONGEST_MS)


def _asked_wait_ms(headers: Mapping[str, str], failure: FailureClass) -> int | None:
    """When a limit begins anew matters to whom it has stopped: some vendors tell it with every reply."""
    reset = headers.get(_RESET_HEADER, "") if failure is FailureClass.THROTTLE else ""
    seconds = headers.get(_WAIT_HEADER, reset)
    return int(seconds) * SECOND if seconds.isascii() and seconds.isdigit() else None
