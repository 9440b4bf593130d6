"""CPU time of two pieces of work, side by side in one process."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time_ns

from tools.bench.row import Floor, Spread

NS_IN_MS = 1_000_000
Work = Callable[[], object]


@dataclass(frozen=True)
class Compared:
    """What the hub took and what its floor took, one value of each for every round."""

    ours: Sequence[float]
    floor: Sequence[float]

    def shared_by(self, number: int) -> "Compared":
        """What each of so many took."""
        return Compared([value / number for value in self.ours], [value / number for value in self.floor])

    def spread(self) -> Spread:
        """Of what the hub took."""
        return Spread.of(self.ours)

    def beside(self, name: str) -> Floor:
        """The floor, with the ratio of each round."""
        ratios = [ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)]
        return Floor(name, Spread.of(self.floor), Spread.of(ratios))


def cpu_ms(work: Work, times: int) -> float:
    """The CPU milliseconds that each of so many calls took, those of all threads of this process."""
    began = process_time_ns()
    for _ in range(times):
        work()
    return (process_time_ns() - began) / NS_IN_MS / times


def side_by_side(ours: Work, floor: Work, *, rounds: int, times: int) -> Compared:
    """Both in turn, round by round, so that what disturbs the machine disturbs both; a round of each comes first."""
    cpu_ms(ours, times)
    cpu_ms(floor, times)
    pairs = []
    for _ in range(rounds):
        gc.collect()
        pairs.append((cpu_ms(ours, times), cpu_ms(floor, times)))
    return Compared([pair[0] for pair in pairs], [pair[1] for pair in pairs])
