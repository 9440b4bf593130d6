"""Fields: none is lost (G1), and none goes backwards (G2)."""

from collections.abc import Iterator
from typing import Any

from cdphub.backlog import DeadLetter
from cdphub.clock import HOUR
from cdphub.failures import FailureClass
from tools.simulation.history import Call
from tools.simulation.ledger import Entry, with_field
from tools.simulation.outcome import End, Violation

PART = "fields"
REFUSED = (FailureClass.INVALID, FailureClass.CONFIG)


def check_fields(end: End, customer: str) -> Iterator[Violation]:
    """One customer's fields."""
    entries = end.ledger.of(customer)
    for name in sorted({name for entry in entries for name in entry.command.customer.fields()}):
        setting = with_field(entries, name)
        yield from _backwards(end, customer, name, setting)
        yield from _lost(end, customer, name, setting)
    for entry in entries:
        yield from _wrongly_dead(end, entry)


def _backwards(end: End, customer: str, name: str, setting: list[Entry]) -> Iterator[Violation]:
    by_value = {entry.command.customer.fields()[name]: entry for entry in setting}
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
    """The last value is the newest that neither died nor was erased.

    Or a newer one: of a command that died one field can be applied still, if the worker that buried it was killed, and
    another of its fields was replaced meanwhile. Or none, if it was applied, and an older erasure came after it.
    """
    erased = end.erased(customer)
    alive = [
        entry
        for entry in setting
        if not (end.letters_of(entry, PART) or entry.is_erased(erased) or entry.is_repeated_after(erased))
    ]
    value = field_of(end.profiles.get(customer, {}), name)
    values = {value, *(field_of(call.customer, name) for call in _before_the_last_deletion(end, customer))}
    applied = [entry for entry in setting if entry.command.customer.fields()[name] in values]
    for entry in alive:
        if all(other.is_older(entry) for other in applied) and not _is_buried(end, entry, setting):
            sent = entry.command.customer.fields()[name]
            yield Violation("G1", customer, f"{name} is {value!r} at last, and {sent!r} is neither applied nor dead")


def _before_the_last_deletion(end: End, customer: str) -> list[Call]:
    """The customer's calls that took effect, and whose effects were deleted."""
    calls = [call for call in end.history.landed if call.source_id == customer]
    last = max((index for index, call in enumerate(calls) if call.is_deletion), default=0)
    return [call for call in calls[:last] if not call.is_deletion]


def _is_buried(end: End, entry: Entry, setting: list[Entry]) -> bool:
    """Whether a value was superseded by values that died.

    One refused value gives way to the one it replaced, but the hub keeps only one in reserve; one that was given up
    after ten failures may have been applied, and gives way to none.
    """
    letters = [letter for other in setting for letter in end.letters_of(other, PART)]
    newer = [letter for letter in letters if letter.key > min(entry.places)]
    return len(newer) > 1 or any(letter.failure not in REFUSED for letter in newer)


def _wrongly_dead(end: End, entry: Entry) -> Iterator[Violation]:
    for letter in end.letters_of(entry, PART):
        if not is_just(letter, entry.has_bad_fields):
            yield Violation("G1", entry.customer, f"{entry.places} died for no fault of its own: {letter.reason}")


def is_just(letter: DeadLetter, is_bad: bool) -> bool:
    """Whether a command died because the vendor refuses it, or its customer failed ten times in an hour."""
    if not letter.reason:
        return False
    if letter.failure in REFUSED:
        return is_bad
    return letter.attempts >= 10 and letter.last_ms - letter.first_ms >= HOUR


def field_of(customer: dict[str, Any], name: str) -> Any:
    """The value of a field by its dotted name."""
    group, _, key = name.rpartition(".")
    return (customer.get(group) or {}).get(key) if group else customer.get(name)
