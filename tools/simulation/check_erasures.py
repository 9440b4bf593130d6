"""Erasures: nothing that was accepted before one comes back, and nothing of it is left (G7)."""

from collections.abc import Iterator
from typing import Any

from cdphub.outbox.row import load
from tools.simulation.check_fields import field_of
from tools.simulation.history import Call
from tools.simulation.ledger import memberships, with_field
from tools.simulation.outcome import End, Violation
from tools.simulation.world import GROUPS


def check_erasures(end: End, customer: str) -> Iterator[Violation]:
    """What is left of one customer after its erasures, at the vendor and in the hub."""
    calls = [call for call in end.history.landed if call.source_id == customer]
    for index, deletion in enumerate(calls):
        if deletion.is_deletion:
            yield from _came_back(end, customer, _covered(deletion), calls[index + 1 :])
    erased = end.erased(customer)
    if end.is_deleted(customer):
        for what in _old(end, customer, erased, end.profiles.get(customer, {})):
            yield Violation("G7", customer, f"{what} is still there")
    if erased:
        yield from _left(end, customer, erased)
    yield from _too_early(end, customer)


def _too_early(end: End, customer: str) -> Iterator[Violation]:
    """Only what was sent before the erasure was known is deleted though it is newer."""
    for call in end.history.calls:
        if call.source_id == customer and not call.is_deletion and call.row.deletion:
            yield Violation("G1", customer, f"{call.path} was called at {call.written_ms} before the deletion")


def _covered(deletion: Call) -> str:
    """The place up to which everything is deleted by a call."""
    pending = deletion.row.deletion
    return pending.at if pending else ""


def _came_back(end: End, customer: str, erased: str, later: list[Call]) -> Iterator[Violation]:
    entries = {entry.label: entry for entry in end.ledger.of(customer) if entry.label}
    for call in later:
        if call.is_deletion:
            continue
        for what in _old(end, customer, erased, call.customer):
            yield Violation("G7", customer, f"{what} came back at {call.landed_ms}")
        if call.is_event and entries[call.label].is_erased(erased):
            yield Violation("G7", customer, f"event {call.label} came back at {call.landed_ms}")


def _old(end: End, customer: str, erased: str, profile: dict[str, Any]) -> Iterator[str]:
    """Whatever in a customer object was accepted before an erasure."""
    entries = end.ledger.of(customer)
    for name in sorted({name for entry in entries for name in entry.fields}):
        value = field_of(profile, name)
        for entry in with_field(entries, name):
            if entry.fields[name] == value and entry.is_erased(erased):
                yield f"{name} {value!r}"
    newer = {change.name for entry, change in memberships(entries) if not entry.is_erased(erased)}
    for audience in (profile.get("metadata") or {}).get(GROUPS) or []:
        if audience not in newer:
            yield f"audience {audience}"


def _left(end: End, customer: str, erased: str) -> Iterator[Violation]:
    """Rows of the hub that tell of what was erased."""
    pk = end.partitions[customer]
    for (of, key), event in end.events.items():
        if of == pk and event.order <= erased:
            yield Violation("G7", customer, f"event row {key} of what was erased is left")
    for letter in end.letters:
        if letter.customer == pk and letter.key < erased:
            yield Violation("G7", customer, f"dead letter {letter.key} of what was erased is left")
    if all(entry.is_erased(erased) for entry in end.ledger.of(customer)) and load(end.rows[pk]).source_id:
        yield Violation("G7", customer, f"the tombstone tells who it was: {end.rows[pk].text}")
