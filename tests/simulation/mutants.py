"""Safeguards of the outbox, each removed by replacing text: what is left must break a guarantee (docs/outbox.md).

A safeguard that can be taken away unnoticed would be dead weight, or the simulation blind.
"""

from dataclasses import dataclass

ACCEPT = "functions/voucherify/accept.py"
APPLY = "functions/voucherify/apply.py"
FLUSH = "functions/voucherify/flush.py"
TROUBLE = "functions/voucherify/trouble.py"
VISIT = "functions/voucherify/visit.py"
ERASURE = "layers/common/cdphub/outbox/erasure.py"
FOLD = "layers/common/cdphub/outbox/fold.py"
MERGE = "layers/common/cdphub/outbox/merge.py"
ROW = "layers/common/cdphub/outbox/row.py"
TURN = "layers/common/cdphub/outbox/turn.py"
WORK = "layers/common/cdphub/outbox/work.py"


@dataclass(frozen=True)
class Edit:
    """The one place in a file where `old` stands becomes `new`."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Play:
    """So many customers, each with so many commands, and how much goes wrong."""

    customers: int
    commands: int
    faults: str


BUSY = Play(customers=2, commands=20, faults="rich")
MANY = Play(customers=8, commands=4, faults="rich")
SLOW = Play(customers=2, commands=20, faults="slow")
LONG = Play(customers=2, commands=80, faults="slow")


@dataclass(frozen=True)
class Mutant:
    """A safeguard, the edits that remove it, and the play that shows it soon."""

    safeguard: str
    edits: tuple[Edit, ...]
    play: Play = BUSY


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
        (Edit(MERGE, "    if at <= applied:\n        return\n", ""),),
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
        MANY,
    ),
    Mutant(
        "the event row is put before the customer row lists it",
        (
            Edit(
                ACCEPT,
                "    there = store.outbox.put_event(batch.pk, key, command.order, body, now)\n",
                "    there = store.outbox.read_event(batch.pk, key)\n",
            ),
            Edit(
                ACCEPT,
                "    if not mine:\n        return None\n",
                "    for key, body in fresh.items():\n"
                "        store.outbox.put_event(batch.pk, key, row.events[key].at, body, now)\n"
                "    if not mine:\n        return None\n",
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
        (Edit(FLUSH, "        if send.event:\n            self._event_sent(send.event)\n", ""),),
    ),
    Mutant(
        "an event row is marked as done before the customer row is cleared",
        (
            Edit(
                FLUSH,
                "        if send.event:\n            self._event_sent(send.event)\n"
                "        self._held.settle(lambda row: fold.sent(row, send))\n",
                "        self._held.settle(lambda row: fold.sent(row, send))\n"
                "        if send.event:\n"
                "            expires, outbox = clock.now_ms() + KEEP_ENDED_MS, self._worker.hub.store.outbox\n"
                "            outbox.end_event(self._held.pk, send.event, DONE, expires)\n",
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
                "    if known is not None and known.at >= command.order:\n",
                "    if any(known.at >= command.order for known in audiences.values()):\n",
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
                "            places.append(blame(self._held.row, send, stored).at)\n"
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
    ),
    Mutant(
        "a visit leaves the due time until nothing waits",
        (Edit(VISIT, "    take(row, turn)\n", "    take(row, turn)\n    row.due = None\n"),),
    ),
    Mutant(
        "a visit respects the lease",
        (Edit(TURN, "return is_free(row, now_ms) and turn.has_time(now_ms)", "return turn.has_time(now_ms)"),),
    ),
    Mutant(
        "what was accepted before an erasure and comes after it is dropped",
        (Edit(MERGE, "command.order <= row.erased or command.order in row.refused", "command.order in row.refused"),),
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
                "        newest, row.erased = row.erased, load(first).erased if first else ''\n"
                "        fresh = _take_in(store, batch, row, now)\n"
                "        row.erased = max(newest, row.erased)\n",
            ),
        ),
    ),
    Mutant(
        "the deletion waits for its turn",
        (
            Edit(ERASURE, "    if command.already_deleted:\n", "    if True:\n"),
            Edit(
                APPLY,
                "    if taken is not None:\n",
                "    for one in batch.erasures():\n"
                "        while not worker.voucherify(customer.project).erase_customer(one.customer.source_id).yes:\n"
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
        (Edit("functions/voucherify/purge.py", "    purge(store, held.pk, erased)\n", ""),),
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
