"""Safeguards of bulk jobs, each removed by replacing text."""

from tests.simulation.mutant import BULK, FOLD, JOBS, WAVES, Edit, Mutant

BULK_MUTANTS = (
    Mutant(
        "a bulk job has a row before anyone joins it",
        (
            Edit(BULK, "    bulk.open(customers)\n", ""),
            Edit(
                BULK,
                '        elif self._change("submitting", "open", self._end_ms + DOUBT_MS):\n',
                "        elif self._outbox.create_job(self.key, job.dump(self._job, self._end_ms + DOUBT_MS)):\n"
                '            self._change("submitting", "open", self._end_ms + DOUBT_MS)\n',
            ),
        ),
        WAVES,
    ),
    Mutant(
        "a bulk job holds its customers until it is known to have taken effect",
        (
            Edit(
                JOBS,
                'actions.statuses.get(one.action, "DONE") in ENDED and self._settled(key, one, one.action)',
                "let_go(\n            self._worker, key, one.customers,"
                " lambda pk, row: fold.carried_out(row, clock.now_ms()), self._end_ms\n        )",
            ),
        ),
        WAVES,
    ),
    Mutant(
        "a bulk job that may run is waited for before everything is sent again",
        (Edit(JOBS, "not actions.may_run(begin_ms, end_ms) and self._give_back", "self._give_back"),),
        WAVES,
    ),
    Mutant(
        "a bulk job takes off its customers only what it carried",
        (
            Edit(
                FOLD,
                "        sent(row, Send(fields=row.carried.fields, lists=row.carried.lists))\n",
                "        lists = {name: row.list_changes[name] for name in row.changed_lists()}\n"
                "        sent(row, Send(fields={name: one.at for name, one in row.fields.items()}, lists=lists))\n",
            ),
        ),
        WAVES,
    ),
    Mutant(
        "a bulk job that failed gives everyone back",
        (
            Edit(
                JOBS,
                "        fold.given_back(row, clock.now_ms(), single=False)\n",
                "        fold.carried_out(row, clock.now_ms())\n",
            ),
        ),
        WAVES,
    ),
    Mutant(
        "the rows of a bulk job that failed are given back",
        (Edit(JOBS, "failed is None or pk in one.unsure or pk in failed", "pk in one.unsure"),),
        WAVES,
    ),
    Mutant(
        "who may have joined a bulk job, and was not sent, is given back",
        (Edit(JOBS, "failed is None or pk in one.unsure or pk in failed", "failed is None or pk in failed"),),
        WAVES,
    ),
)
