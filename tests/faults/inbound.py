"""What must hold of the way in: each function gives what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.e2e.project import source_of
from tests.faults.commands import AUDIENCE, Command
from tests.faults.evidence import Evidence, Row, numbers
from tests.faults.plan import IN_DOUBT

DOUBT_MS = 120_000


class Inbound:
    """The commands of a run, and what became of them."""

    def __init__(self, sent: Counter[Command], evidence: Evidence) -> None:
        self.sent = sent
        self._found = evidence
        self._by_person: defaultdict[str, list[Command]] = defaultdict(list)
        for command in sorted(sent, key=lambda command: command.number):
            self._by_person[command.source_id].append(command)
        self._effects = _by_person(evidence.history, lambda effect: [effect["source_id"]])
        self._letters = [each for each in evidence.letters if each["direction"] == "inbound"]

    def g1_newest_values(self) -> Iterator[str]:
        """Each field has the newest value, each list says what was said last."""
        for person, commands in self._by_person.items():
            profile = self._found.customers.get(person, {})
            expected = {field: command.number for command in commands for field in command.fields}
            if (found := numbers(profile)) != expected:
                yield f"{person} has {found}, not {expected}"
            changes = [command.joins for command in commands if command.kind == "braze audience"]
            members = profile.get("metadata", {}).get("brazeAudiences", [])
            if changes and (AUDIENCE in members) is not changes[-1]:
                yield f"{person} is in {members}"

    def g1_events(self) -> Iterator[str]:
        """Each event is at Voucherify, or refused and a dead letter; nothing else is dead."""
        for person, commands in self._by_person.items():
            missing = {each.number for each in commands if each.is_event} - set(self._events(person))
            yield from (f"event {number} of {person} is lost" for number in sorted(missing))
        refused = {(each.source_id, each.number) for each in self.sent if each.is_refused}
        dead = {_named(letter) for letter in self._letters}
        yield from (f"{who}: refused, and no dead letter" for who in sorted(refused - dead))
        yield from (f"{who}: a dead letter without need" for who in sorted(dead - refused))

    def g2_fields(self) -> Iterator[str]:
        """No field ever goes back."""
        for person in self._by_person:
            known: dict[str, int] = {}
            for effect in self._effects[person]:
                for field, number in numbers(effect["fields"]).items():
                    if number < known.get(field, 0):
                        yield f"{field} of {person} went back from {known[field]} to {number}"
                    known[field] = number

    def g2_events(self) -> Iterator[str]:
        """Events keep their order, but for those that the hub has counted as late, or as sent by a worker that died."""
        late = 0
        for person in self._by_person:
            events = self._events(person)
            last = {number: place for place, number in enumerate(events)}  # what came again was in doubt before
            newest = -1
            for number in sorted(last, key=lambda number: last[number]):
                late += number < newest
                newest = max(newest, number)
        counted = self._counted("Late") + self._counted("RepeatPossible")
        if late > counted:
            yield f"{late} events late, {counted} counted"

    def g2_doubt(self) -> Iterator[str]:
        """After an answer in doubt two minutes pass before the next call for the customer."""
        attempts = _by_person(self._found.calls, _people_of)
        for person in self._by_person:
            for before, after in pairwise(attempts[person]):
                if before["fault"] in IN_DOUBT and after["time"] - before["time"] < DOUBT_MS:
                    yield f"{person}: a call {after['time'] - before['time']} ms after {before['fault']}"

    def repeats(self) -> int:
        """How many events Voucherify has got once more than they were sent."""
        effects = Counter((person, number) for person in self._by_person for number in self._events(person))
        sent = Counter({(each.source_id, each.number): times for each, times in self.sent.items()})
        return (effects - sent).total()

    def g3_repeats(self) -> Iterator[str]:
        """Each repeat is one of those that the hub has counted as possible."""
        counted = self._counted("RepeatPossible")
        if self.repeats() > counted:
            yield f"{self.repeats()} repeats at Voucherify, {counted} counted as possible"

    def calls(self) -> int:
        """What was called to bring the commands to Voucherify."""
        return sum(request["method"] != "GET" for request in self._found.calls)

    def _counted(self, metric: str) -> int:
        return self._found.metrics[metric, self._found.project_id]

    def _events(self, person: str) -> list[int]:
        """The numbers of a customer's events in the order of their effects, repeats included."""
        return [each["metadata"]["number"] for each in self._effects[person] if each["kind"] == "event"]


def _by_person(rows: Sequence[Row], people: Any) -> Mapping[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for person in people(row):
            found[person].append(row)
    return found


def _people_of(request: Row) -> list[str]:
    """Whom a call that writes is about."""
    body = request["body"]
    about = map(source_of, body if isinstance(body, list) else [body])
    return [person for person in about if person] if request["method"] != "GET" else []


def _named(letter: Row) -> tuple[str, int]:
    payload = letter["payload"]
    return payload["customer"]["source_id"], int(payload.get("metadata", {}).get("number", -1))
