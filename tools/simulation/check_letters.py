"""Dead letters: nothing dies but what the vendor refuses, or what failed for long (G1)."""

import json
from collections.abc import Iterator

from cdphub.backlog import DeadLetter
from cdphub.clock import HOUR
from cdphub.failures import FailureClass
from cdphub.schema import ChangeMembership
from tools.simulation.bulk_jobs import BAD
from tools.simulation.ledger import memberships
from tools.simulation.outcome import End, Violation

REFUSED = (FailureClass.INVALID, FailureClass.CONFIG)


def check_letters(end: End, customer: str) -> Iterator[Violation]:
    """The letters of one customer's commands."""
    bad_lists = {change.list for _, change in memberships(end.ledger.of(customer)) if BAD in change.name}
    for letter, part in end.inbound():
        is_bad = part.list in bad_lists if isinstance(part, ChangeMembership) else BAD in json.dumps(letter.payload)
        if not _is_just(letter, is_bad):
            yield Violation("G1", customer, f"{letter.key} died for no fault of its own: {letter.reason}")


def _is_just(letter: DeadLetter, is_bad: bool) -> bool:
    """Whether something died because the vendor refuses it, or its customer failed ten times in an hour."""
    if not letter.reason:
        return False
    if letter.failure in REFUSED:
        return is_bad
    return letter.attempts >= 10 and letter.last_ms - letter.first_ms >= HOUR
