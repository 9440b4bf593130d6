"""Chance in a world where it is to have no say."""

from random import Random


class Calm(Random):
    """Draws always the same."""

    def random(self) -> float:
        return 0.5
