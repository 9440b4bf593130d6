"""Safeguards of erasure, each removed by replacing text."""

from tests.simulation.mutant import ACCEPT, APPLY, ERASURE, FLUSH, LONG, MERGE, PURGE, SLOW, WORK, Edit, Mutant

ERASURE_MUTANTS = (
    Mutant(
        "what was accepted before an erasure and comes after it is dropped",
        (Edit(MERGE, "    if command.origin <= row.erased:\n        return True\n", ""),),
    ),
    Mutant(
        "an erasure takes off what waits",
        (Edit(ERASURE, "in row.fields.items() if waiting.at > row.erased}", "in row.fields.items()}"),),
    ),
    Mutant(
        "the erasure is in the row whose version is checked",
        (
            Edit(
                ACCEPT,
                "    while True:\n        now",
                "    first = store.outbox.read_customer(batch.pk)\n    while True:\n        now",
            ),
            Edit(
                ACCEPT,
                "        fresh = _take_in(store, batch, row, now)\n",
                "        newest, row.erased = row.erased, worker.leases.row(first).erased if first else ''\n"
                "        fresh = _take_in(store, batch, row, now)\n"
                "        row.erased = max(newest, row.erased)\n",
            ),
        ),
        LONG,
    ),
    Mutant(
        "the deletion waits for its turn",
        (
            Edit(ERASURE, "    if command.already_deleted:\n", "    if True:\n"),
            Edit(
                APPLY,
                "    if taken is not None:\n",
                "    call = worker.voucherify(customer.project).erase_customer\n"
                "    for one in batch.commands:\n"
                "        while one.kind == 'erase' and not call(one.customer.source_id).yes:\n"
                "            clock.sleep(5)\n"
                "    if taken is not None:\n",
            ),
        ),
    ),
    Mutant(
        "the deletion comes before all other work",
        (
            Edit(WORK, "    if row.deletion:\n        return Send(deletion=row.deletion.at)\n", ""),
            Edit(
                WORK,
                "    return _next_alone(row) if row.split else _next_together(row)\n",
                "    if row.deletion and not (row.fields or row.events or row.changed_lists()):\n"
                "        return Send(deletion=row.deletion.at)\n"
                "    return _next_alone(row) if row.split else _next_together(row)\n",
            ),
        ),
    ),
    Mutant(
        "what was read during an erasure is not taken into the list",
        (Edit(FLUSH, "for name in work.names if row.erased == erased else ():", "for name in work.names:"),),
        SLOW,
    ),
    Mutant(
        "after an erasure a list is read again",
        (Edit(ERASURE, "row.sender_ids, row.lists_read = [], []", "row.sender_ids = []"),),
    ),
    Mutant(
        "a list of which something newer is left is written again",
        (Edit(ERASURE, "        row.list_changes[name] += 1\n", "        pass\n"),),
    ),
    Mutant(
        "event rows and backlog are purged a second time",
        (Edit(PURGE, "    purge(store, held.pk, erased)\n", ""),),
        LONG,
    ),
    Mutant(
        "and not before the last worker that could store something is gone",
        (Edit(ERASURE, "INVOCATION_MS + DOUBT_MS + SECOND", "SECOND"),),
        LONG,
    ),
    Mutant(
        "a sender's repeat after an erasure is new",
        (Edit(ERASURE, "row.sender_ids, row.lists_read = [], []", "row.lists_read = []"),),
    ),
)
