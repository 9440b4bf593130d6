"""What must hold of the way out: each function gives what is wrong."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.faults.evidence import Evidence, Row

REPEATING = "braze"
"""The CDP that takes a repeat as another event; for all others its id tells it."""


class Outbound:
    """The people whom events of a run were about, and to whom of them each CDP says no."""

    def __init__(self, people: set[str], refused: Mapping[str, Sequence[str]], evidence: Evidence) -> None:
        self._people = people
        self._refused = {cdp: set(some) & self._people for cdp, some in refused.items()}
        self._found = evidence
        self.arrived = {cdp: arrivals(rows, self._people) for cdp, rows in evidence.delivered.items()}

    def g1_events(self) -> Iterator[str]:
        """Each event is at each CDP, or a dead letter."""
        for cdp, arrived in self.arrived.items():
            for person in sorted(self._people - arrived.keys() - self._dead(cdp)):
                yield f"the event about {person} is lost on its way to {cdp}"

    def g1_letters(self) -> Iterator[str]:
        """What was refused is a dead letter, and nothing else is."""
        for cdp in self.arrived:
            for person in sorted(self._dead(cdp) ^ self._refused.get(cdp, set())):
                yield f"{cdp}: {person} is wrongly {'dead' if person in self._dead(cdp) else 'not dead'}"

    def repeats(self, cdp: str) -> int:
        """How many events a CDP counts once more."""
        return self.arrived[cdp].total() - len(self.arrived[cdp])

    def g3_repeats(self) -> Iterator[str]:
        """None at CDPs that deduplicate; at the other each is one of those counted as possible."""
        for cdp in self.arrived:
            counted = self._found.metrics["RepeatPossible", cdp] if cdp == REPEATING else 0
            if self.repeats(cdp) > counted:
                yield f"{self.repeats(cdp)} repeats at {cdp}, {counted} counted as possible"

    def _dead(self, cdp: str) -> set[str]:
        """The people of the dead letters of a CDP."""
        letters = (letter for letter in self._found.letters if letter["direction"] == "outbound")
        return {letter["payload"]["event"]["customer"]["source_id"] for letter in letters if letter["cdp"] == cdp}


def arrivals(rows: Sequence[Row], people: set[str]) -> Counter[str]:
    """How often an event about each of these people was taken; an event names its customer more than once."""
    return Counter(
        person for row in rows for person in people.intersection(re.findall(r'"([^"\\]*)"', json.dumps(row)))
    )
