"""Fields: each is applied, superseded or in a dead letter of its command (G1), and none goes backwards (G2)."""

from collections.abc import Iterator
from typing import Any

from cdphub.backlog import DeadLetter
from cdphub.schema import Command
from tools.simulation.check_letters import REFUSED
from tools.simulation.history import Call
from tools.simulation.ledger import Entry, with_field
from tools.simulation.outcome import End, Violation


def check_fields(end: End, customer: str) -> Iterator[Violation]:
    """One customer's fields."""
    entries = end.ledger.of(customer)
    for name in sorted({name for entry in entries for name in entry.fields}):
        setting = with_field(entries, name)
        yield from _backwards(end, customer, name, setting)
        yield from _lost(end, customer, name, setting)


def _backwards(end: End, customer: str, name: str, setting: list[Entry]) -> Iterator[Violation]:
    by_value = {entry.fields[name]: entry for entry in setting}
    newest: Entry | None = None
    for call in end.history.landed:
        if call.source_id != customer or (value := field_of(call.customer, name)) is None:
            continue
        entry = by_value.get(value)
        if entry is None:
            yield Violation("G2", customer, f"{name} became {value!r}, which nobody sent")
        elif newest and entry.is_older(newest):
            yield Violation("G2", customer, f"{name} went back to {value!r} at {call.landed_ms}")
        elif newest is None or newest.is_older(entry):
            newest = entry


def _lost(end: End, customer: str, name: str, setting: list[Entry]) -> Iterator[Violation]:
    """The last value is the newest that is in no dead letter and was not erased.

    Or a newer one: what died can be applied still, if the worker that buried it was killed. Or none, if it was applied,
    and an older erasure came after it.
    """
    erased = end.erased(customer)
    value = field_of(end.profiles.get(customer, {}), name)
    values = {value, *(field_of(call.customer, name) for call in _before_the_last_deletion(end, customer))}
    applied = [entry for entry in setting if entry.fields[name] in values]
    letters = [
        (letter, part)
        for entry in setting
        for letter, part in end.letters_of(entry)
        if part.customer.fields().get(name) == entry.fields[name]
    ]
    for entry in setting:
        if entry.is_erased(erased) or entry.is_repeated_after(erased):
            continue
        if all(other.is_older(entry) for other in applied) and not _is_buried(entry, letters):
            sent = entry.fields[name]
            yield Violation("G1", customer, f"{name} is {value!r} at last, and {sent!r} is neither applied nor dead")


def _before_the_last_deletion(end: End, customer: str) -> list[Call]:
    """The customer's calls that took effect, and whose effects were deleted."""
    calls = [call for call in end.history.landed if call.source_id == customer]
    last = max((index for index, call in enumerate(calls) if call.is_deletion), default=0)
    return [call for call in calls[:last] if not call.is_deletion]


def _is_buried(entry: Entry, letters: list[tuple[DeadLetter, Command]]) -> bool:
    """Whether a value is in one of the field's dead letters, or was superseded by values that are.

    One refused value gives way to the one it replaced, but the hub keeps only one in reserve; one that was given up
    after ten failures may have been applied, and gives way to none.
    """
    if any(part.order in entry.places for _, part in letters):
        return True
    newer = {(part.order, letter.failure) for letter, part in letters if part.order > min(entry.places)}
    return len({place for place, _ in newer}) > 1 or any(failure not in REFUSED for _, failure in newer)


def field_of(customer: dict[str, Any], name: str) -> Any:
    """The value of a field by its dotted name."""
    group, _, key = name.rpartition(".")
    return (customer.get(group) or {}).get(key) if group else customer.get(name)
