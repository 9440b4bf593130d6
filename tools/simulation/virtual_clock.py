"""Time, chance and new ids of the simulated workers."""

from random import Random

from tools.simulation.scheduler import Scheduler
from tools.simulation.trouble import Trouble


class VirtualClock:
    """A cdphub.clock.Source; reading it is a step as well."""

    def __init__(self, scheduler: Scheduler, trouble: Trouble, random: Random) -> None:
        self._scheduler = scheduler
        self._trouble = trouble
        self._random = random

    def now_ms(self) -> int:
        self._trouble.step(0)
        return self._scheduler.now_ms

    def sleep(self, seconds: float) -> None:
        self._trouble.step(int(seconds * 1000))

    def random(self) -> float:
        return self._random.random()

    def new_id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def real_seconds(self, seconds: float) -> float:
        return seconds
