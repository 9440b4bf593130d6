"""Events: each at least once (G1), a repeat only with a reason (G3), and in their order (G2)."""

from collections.abc import Iterator

from tools.simulation.history import Call
from tools.simulation.ledger import Entry, events
from tools.simulation.outcome import End, Violation


def check_events(end: End, customer: str) -> Iterator[Violation]:
    """One customer's events; counts what came late and what came again."""
    entries = {entry.label: entry for entry in events(end.ledger.of(customer))}
    calls = [call for call in end.history.calls if call.is_event and call.source_id == customer]
    for entry in entries.values():
        yield from _number_of_times(end, entry, [call for call in calls if call.label == entry.label])
    for call in calls:
        yield from _out_of_turn(end, entries[call.label], call)
    _count_late(end, entries)


def _number_of_times(end: End, entry: Entry, calls: list[Call]) -> Iterator[Violation]:
    letters = [part for _, part in end.letters_of(entry) if Entry(part).label == entry.label]
    landed = [call for call in calls if call.landed_ms is not None]
    excused = [call for call in landed if call.doubtful or end.history.struck_since(call.process, call.written_ms)]
    erasures = end.ledger.erasures(entry.customer)
    repeats = max(0, len(landed) - len({(key, _age(erasures, place)) for place, key in entry.event_keys.items()}))
    end.history.counts["repeats"] += repeats
    end.history.outcomes["voucherify", "repeats"] += repeats
    if len(landed) + len(letters) < _expected(end, entry):
        yield Violation("G1", entry.customer, f"event {entry.label} is lost")
    if repeats > len(excused):
        yield Violation("G3", entry.customer, f"event {entry.label} came {repeats} times too often, without a reason")


def _expected(end: End, entry: Entry) -> int:
    """How many events the command is at least, by its copies that were not erased."""
    erased = end.erased(entry.customer)
    if entry.is_repeated_after(erased):
        return 0
    return len({key for place, key in entry.event_keys.items() if place > erased})


def _age(erasures: list[str], place: str) -> int:
    """A sender's repeat is an event of its own if the first was erased before it was accepted."""
    return sum(erased < place for erased in erasures)


def _out_of_turn(end: End, entry: Entry, call: Call) -> Iterator[Violation]:
    """Of the events that its sender saw in the row the oldest is sent, and none that has ended."""
    pk = end.partitions[entry.customer]
    listed = call.row.events
    waiting = {
        key: event.at
        for key, event in listed.items()
        if end.history.ended.get((pk, key), call.written_ms) >= call.written_ms
    }
    sent = set(entry.event_keys.values()) & waiting.keys()
    if not sent:
        yield Violation("G3", entry.customer, f"event {entry.label} was sent at {call.written_ms}, when it was over")
    elif min(waiting, key=lambda key: waiting[key]) not in sent:
        yield Violation("G2", entry.customer, f"event {entry.label} was sent at {call.written_ms} before an older one")


def _count_late(end: End, entries: dict[str, Entry]) -> None:
    """Counts the events that arrived after a newer one."""
    first: dict[str, int] = {}
    for number, call in enumerate(end.history.landed):
        first.setdefault(call.label, number)
    arrived = [entry for label, entry in entries.items() if label in first]
    for entry in arrived:
        if any(entry.is_older(other) and first[other.label] < first[entry.label] for other in arrived):
            end.history.counts["late"] += 1
