"""Lists: they end right (G1), and audiences that the hub does not know stay."""

from collections.abc import Iterator

from cdphub.schema import ChangeMembership
from tools.simulation.ledger import Entry, memberships
from tools.simulation.outcome import End, Violation


def check_lists(end: End, customer: str) -> Iterator[Violation]:
    """One customer's lists, unless the customer's deletion was given up with a record."""
    erased, is_deleted = end.erased(customer), end.is_deleted(customer)
    if erased and not is_deleted:
        return
    entries = [entry for entry in end.ledger.of(customer) if not entry.is_erased(erased)]
    changes = memberships(entries)
    metadata = end.profiles.get(customer, {}).get("metadata") or {}
    strangers = {} if is_deleted else end.strangers.get(customer, {})
    for name in sorted({change.list for _, change in changes} | set(strangers)):
        here = set(metadata.get(name) or [])
        buried = _buried(end, name)
        known = [(entry, change) for entry, change in changes if change.list == name]
        for stranger in strangers.get(name, []):
            if stranger not in here:
                yield Violation("G1", customer, f"audience {stranger} of {name} was lost")
        for audience in sorted({change.name for _, change in known}):
            ofit = [(entry, change) for entry, change in known if change.name == audience]
            if not _ends_right(ofit, audience in here, erased, buried):
                yield Violation("G1", customer, f"audience {audience} of {name} is wrong at last: {sorted(here)}")
        for surprise in sorted(here - {change.name for _, change in known} - set(strangers.get(name, []))):
            yield Violation("G1", customer, f"audience {surprise} of {name} came from nowhere")


def _ends_right(changes: list[tuple[Entry, ChangeMembership]], is_member: bool, erased: str, buried: str) -> bool:
    """Whether an audience is as its newest change says, or that is in a dead letter, or repeats what was erased."""
    if any(entry.is_repeated_after(erased) for entry, _ in changes):
        return True
    newest = [(entry, change) for entry, change in changes if not any(entry.is_older(other) for other, _ in changes)]
    return any(change.member == is_member or min(entry.places) <= buried for entry, change in newest)


def _buried(end: End, name: str) -> str:
    """The place up to which changes of a list are in a dead letter.

    That holds the newest change alone, but has the whole list written when it is sent again.
    """
    changes = [part for _, part in end.inbound() if isinstance(part, ChangeMembership) and part.list == name]
    return max((change.order for change in changes), default="")
