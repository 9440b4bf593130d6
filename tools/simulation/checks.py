"""Whether the guarantees held: what was accepted against what the vendor saw."""

from collections.abc import Iterator

from cdphub.outbox.row import load
from cdphub.store.outbox import WAIT
from tools.simulation.check_erasures import check_erasures
from tools.simulation.check_events import check_events
from tools.simulation.check_fields import check_fields
from tools.simulation.check_letters import check_letters
from tools.simulation.check_lists import check_lists
from tools.simulation.outcome import End, Violation


def check(end: End) -> list[Violation]:
    """Everything that is wrong at the end of a run, when all is quiet."""
    found = [*end.found, *_pending(end)]
    found += [Violation("crash", "", text) for text in end.history.crashes]
    found += [Violation("G1", "", f"{trace}: accepted, but not stored") for trace in end.ledger.broken_promises()]
    if refused := end.history.counts["shop_refused"]:
        found.append(Violation("G6", "", f"{refused} calls of the shop were refused"))
    for customer, own in end.by_customer():
        found += [*check_fields(own, customer), *check_events(own, customer), *check_lists(own, customer)]
        found += [*check_letters(own, customer), *check_erasures(own, customer)]
    return found


def _pending(end: End) -> Iterator[Violation]:
    """Nothing waits once all is quiet: whatever did would be forgotten."""
    for place, number in end.left.items():
        if number:
            yield Violation("G1", "", f"{number} messages are left: {place}")
    for key in end.jobs:
        yield Violation("G1", "", f"bulk job {key} is left")
    for customer, pk in end.partitions.items():
        item = end.rows.get(pk)
        if item is None:
            continue
        row = load(item)
        if row.lease or row.due is not None or row.has_work():
            yield Violation("G1", customer, f"still waits: {item.text}")
        for (of, key), event in end.events.items():
            if of == pk and event.status == WAIT:
                yield Violation("G1", customer, f"event row {key} is forgotten")
