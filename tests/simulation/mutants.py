"""Safeguards of the outbox, each removed by replacing text: what is left must break a guarantee (docs/outbox.md).

A safeguard that can be taken away unnoticed would be dead weight, or the simulation blind.
"""

from tests.simulation.mutant import (
    ACCEPT,
    BLAME,
    EVENT_ROWS,
    EVERY,
    FLUSH,
    FOLD,
    MANY,
    MERGE,
    REFUSED,
    ROW,
    SLOW,
    TROUBLE,
    TURN,
    VISIT,
    WAVES,
    WORK,
    Edit,
    Mutant,
)
from tests.simulation.mutants_of_backfill import BACKFILL_MUTANTS
from tests.simulation.mutants_of_budget import BUDGET_MUTANTS
from tests.simulation.mutants_of_bulk import BULK_MUTANTS
from tests.simulation.mutants_of_erasure import ERASURE_MUTANTS
from tests.simulation.mutants_of_outbound import OUTBOUND_MUTANTS
from tests.simulation.mutants_of_publications import PUBLICATION_MUTANTS

MUTANTS = (
    Mutant(
        "a customer row is written only over the version that was read",
        (
            Edit(
                ACCEPT,
                "        written = dump(batch.pk, row, item.version if item else 0)\n",
                "        newest = store.outbox.read_customer(batch.pk)\n"
                "        written = dump(batch.pk, row, newest.version if newest else 0)\n",
            ),
        ),
    ),
    Mutant(
        "an answer clears only the value that was sent",
        (Edit(FOLD, "if waiting is not None and waiting.at == at:\n            del", "if waiting:\n            del"),),
    ),
    Mutant(
        "the place of the newest applied value is kept",
        (Edit(MERGE, "    if not command.beats(applied):\n        return\n", ""),),
    ),
    Mutant(
        "a waiting value that is replaced is kept once",
        (Edit(MERGE, "value=value, at=at, by=by, replaced=replaced)", "value=value, at=at, by=by)"),),
    ),
    Mutant(
        "values of a field are compared by their places",
        (Edit(MERGE, "    elif at > waiting.at:\n", "    elif at != waiting.at:\n"),),
    ),
    Mutant(
        "after an answer in doubt nothing is sent until its effect must have landed",
        (Edit(TROUBLE, "least_ms = DOUBT_MS if in_doubt else 0", "least_ms = 0"),),
    ),
    Mutant(
        "and nothing is sent with what arrives meanwhile",
        (
            Edit(
                TURN,
                "    if row.not_before > now_ms:\n        row.due = row.not_before if row.due is None else row.due\n"
                "        return False\n",
                "",
            ),
        ),
    ),
    Mutant(
        "a lease is taken over only when nothing of its holder can land any more",
        (
            Edit(TURN, "row.lease_until + DOUBT_MS <= now_ms\n", "row.lease_until <= now_ms\n"),
            Edit(TURN, "row.due = row.lease_until + DOUBT_MS if", "row.due = row.lease_until if"),
        ),
        EVERY,
    ),
    Mutant(
        "the event row is put before the customer row lists it",
        (
            Edit(
                ACCEPT,
                "    there = _put_event(store, batch, row, key, command, body, now)\n",
                "    there = store.outbox.read_event(batch.pk, key)\n",
            ),
            Edit(
                ACCEPT,
                "    if row.lease != turn.holder:\n        return None\n",
                "    for key, body in fresh.items():\n"
                "        store.outbox.put_event(batch.pk, key, row.events[key].at, body, now)\n"
                "    if row.lease != turn.holder:\n        return None\n",
            ),
        ),
        SLOW,
    ),
    Mutant(
        "what is merged under another's lease gets a due time",
        (
            Edit(
                TURN,
                "        row.due = row.lease_until + DOUBT_MS if row.due is None else row.due\n        return False\n",
                "        return False\n",
            ),
        ),
        MANY,
    ),
    Mutant(
        "an event row is kept as done",
        (Edit(FLUSH, "        if send.event:\n            self._events.sent(send.event, self._project.id)\n", ""),),
    ),
    Mutant(
        "an event row is marked as done before the customer row is cleared",
        (
            Edit(
                FLUSH,
                "        if send.event:\n            self._events.sent(send.event, self._project.id)\n"
                "        self._held.settle(lambda row: fold.sent(row, send))\n",
                "        self._held.settle(lambda row: fold.sent(row, send))\n"
                "        if send.event:\n            self._events.sent(send.event, self._project.id)\n",
            ),
            Edit(
                EVENT_ROWS,
                "        if self._held.row.events[key].at < self._held.row.newest_event:\n"
                '            count("Late", project=project)\n',
                "",
            ),
        ),
    ),
    Mutant(
        "events are sent in the order of their places",
        (
            Edit(
                WORK,
                "    return min(row.events, key=lambda key: row.events[key].at, default=None)\n",
                "    return next(iter(row.events), None)\n",
            ),
        ),
    ),
    Mutant(
        "audiences are compared each for itself",
        (
            Edit(
                MERGE,
                "    if known is not None and not command.beats(known.at):\n",
                "    if not all(command.beats(known.at) for known in audiences.values()):\n",
            ),
        ),
    ),
    Mutant(
        "a list is read before it is first written",
        (
            Edit(
                ROW,
                "        return [name for name in self.changed_lists() if name not in self.lists_read]\n",
                "        return []\n",
            ),
        ),
    ),
    Mutant(
        "a refused call of several commands is repeated one by one",
        (Edit(TROUBLE, "alone = send.parts() == 1", "alone = True"),),
    ),
    Mutant(
        "the dead letter is written before its command is removed",
        (
            Edit(
                TROUBLE,
                "            places.append(self._bury(send, answer, stored))\n",
                "            places.append(blame(self._held.row, send, stored)[1].order)\n"
                "            before = self._held.row.model_copy(deep=True)\n",
            ),
            Edit(
                TROUBLE,
                "        self._held.settle(refuse)\n        return self._held.row.lease is not None\n",
                "        self._held.settle(refuse)\n"
                "        if alone:\n"
                "            after, self._held.row = self._held.row, before\n"
                "            self._bury(send, answer, stored)\n"
                "            self._held.row = after\n"
                "        return self._held.row.lease is not None\n",
            ),
        ),
        WAVES,
    ),
    Mutant(
        "fields of one command that are refused one after the other have dead letters of their own",
        (Edit(BLAME, 'f"fields#{_digest(fields)}"', '"fields"'),),
        REFUSED,
    ),
    Mutant(
        "a list that is refused has a dead letter",
        (
            Edit(
                TROUBLE,
                "        bury(self._worker.hub.store, letter)\n",
                "        if not send.lists:\n            bury(self._worker.hub.store, letter)\n",
            ),
        ),
        REFUSED,
    ),
    Mutant(
        "a visit leaves the due time until nothing waits",
        (Edit(VISIT, "    take(row, turn)\n", "    take(row, turn)\n    row.due = None\n"),),
    ),
    Mutant(
        "a visit respects the lease",
        (Edit(TURN, "return is_free(row, now_ms) and turn.has_time(now_ms)", "return turn.has_time(now_ms)"),),
    ),
    *ERASURE_MUTANTS,
    *BACKFILL_MUTANTS,
    *BULK_MUTANTS,
    *BUDGET_MUTANTS,
    *OUTBOUND_MUTANTS,
    *PUBLICATION_MUTANTS,
)
