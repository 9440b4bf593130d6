"""Dead letters: nothing dies but what the vendor refuses, or what failed for long (G1)."""

import json
from collections.abc import Iterator

from cdphub.backlog import DeadLetter
from cdphub.clock import HOUR
from cdphub.failures import FailureClass
from tools.simulation.bulk_jobs import BAD
from tools.simulation.outcome import End, Violation

REFUSED = (FailureClass.INVALID, FailureClass.CONFIG)


def check_letters(end: End, customer: str) -> Iterator[Violation]:
    """The letters of one customer's commands."""
    for letter, _ in end.inbound():
        if not _is_just(letter):
            yield Violation("G1", customer, f"{letter.key} died for no fault of its own: {letter.reason}")


def _is_just(letter: DeadLetter) -> bool:
    """Whether the vendor refuses what is in a letter, or its customer failed ten times in an hour."""
    if not letter.reason:
        return False
    if letter.failure in REFUSED:
        return BAD in json.dumps(letter.payload)
    return letter.attempts >= 10 and letter.last_ms - letter.first_ms >= HOUR
