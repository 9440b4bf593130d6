"""What goes wrong: how often, and the draws that decide when."""

from dataclasses import dataclass, replace
from random import Random

from cdphub.clock import SECOND
from tools.simulation.failures import EVERY_FAILURE, FAILURES, Failure
from tools.simulation.history import History
from tools.simulation.scheduler import Scheduler

LONGEST_STALL_MS = 90 * SECOND

SHARE_OF_THROTTLED = 0.5
"""Of the calls while tables throttle."""

AWS_MS = 20
SLOW_AWS_MS = 2 * SECOND
"""How long a call of AWS takes at most, usually and now and then."""


@dataclass(frozen=True)
class Rates:
    """How often what goes wrong.

    `kill` and `stall` are chances per step of a worker; `slow` (calls of AWS), `store`, `queue` and `vendor` per call;
    `copy` and `delay` per message; `pause` per connection, which an operator pauses for a while. `windows` is how many
    times the vendor fails every call for a while, `throttles` how many times the tables refuse many calls for a while,
    `lag_ms` the longest time by which an index is late, and `failures` the ways in which a single call to a vendor may
    fail. With `partly` some vendors refuse the bad items of a call only, and take the others.
    """

    kill: float = 0.0
    stall: float = 0.0
    slow: float = 0.0
    store: float = 0.0
    queue: float = 0.0
    vendor: float = 0.0
    copy: float = 0.0
    delay: float = 0.0
    pause: float = 0.0
    windows: int = 0
    throttles: int = 0
    lag_ms: int = 0
    failures: tuple[Failure, ...] = FAILURES
    partly: bool = False


_USUAL = Rates(
    kill=0.001,
    stall=0.001,
    slow=0.02,
    store=0.005,
    queue=0.02,
    vendor=0.3,
    copy=0.1,
    delay=0.1,
    pause=0.2,
    windows=2,
    lag_ms=20 * SECOND,
)

RATES = {
    "none": Rates(),
    "slow": Rates(slow=0.5, copy=0.2, lag_ms=90 * SECOND),
    "usual": _USUAL,
    "every": replace(_USUAL, throttles=3, failures=EVERY_FAILURE, partly=True),
    "waves": Rates(
        kill=0.005,
        stall=0.002,
        slow=0.02,
        store=0.04,
        queue=0.02,
        vendor=0.15,
        copy=0.1,
        delay=0.2,
        lag_ms=5 * SECOND,
    ),
    "rich": Rates(
        kill=0.006,
        stall=0.004,
        slow=0.1,
        store=0.01,
        queue=0.05,
        vendor=0.4,
        copy=0.5,
        delay=0.1,
        pause=0.2,
        windows=1,
        lag_ms=90 * SECOND,
    ),
}


class Trouble:
    """Draws what happens, for as long as it is `on`."""

    def __init__(self, rates: Rates, random: Random, scheduler: Scheduler, history: History) -> None:
        self.rates = rates
        self.random = random
        self.on = True
        self.throttling = False
        self._scheduler = scheduler
        self._history = history

    def strikes(self, rate: float) -> bool:
        """Whether something that happens so often happens now."""
        return self.on and self.random.random() < rate

    def inject(self, what: str) -> None:
        """Counts something that goes wrong."""
        self._history.injected[what] += 1

    def lag_ms(self) -> int:
        """By how much an index is late with what is written now."""
        lag_ms = int(self.rates.lag_ms * self.random.random()) if self.on else 0
        if lag_ms:
            self.inject("index late")
        return lag_ms

    def is_throttled(self) -> bool:
        """Whether a table refuses a call now."""
        return self.throttling and self.strikes(SHARE_OF_THROTTLED)

    def blow(self, kind: str, what: str) -> None:
        """Notes that something struck the worker whose turn it is."""
        self._history.struck(self._scheduler.current.name, self._scheduler.now_ms, kind, what)

    def tell(self, what: str) -> None:
        """Notes what the worker whose turn it is does."""
        self._history.tell(self._scheduler.now_ms, self._scheduler.current.name, what)

    def aws_step(self) -> None:
        """One call of AWS."""
        longest_ms = AWS_MS
        if self.strikes(self.rates.slow):
            self.inject("AWS slow")
            longest_ms = SLOW_AWS_MS
        self.step(self.random.randint(1, longest_ms))

    def step(self, wait_ms: int, risk: int = 1) -> None:
        """One step of the worker whose turn it is: here it may be killed, or stall; `risk` multiplies the chances."""
        if self.strikes(risk * self.rates.kill):
            self.kill()
        elif self.strikes(risk * self.rates.stall):
            self.inject("stall")
            wait_ms += int(LONGEST_STALL_MS * self.random.random())
            self.blow("stalls", f"stalls for {wait_ms} ms")
        self._scheduler.step(wait_ms)

    def kill(self) -> None:
        """Ends the process of the worker whose turn it is, at its next step."""
        process = self._scheduler.current.process
        if process and not process.killed:
            self.inject("kill between two steps")
            self.blow("kills", "is killed")
            self._scheduler.kill(process)
