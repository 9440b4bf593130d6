"""The safeguards of one code per occasion, each removed."""

from tests.simulation.mutant import Edit, Mutant, Play

ATTEMPT = "functions/publications/attempt.py"
OCCASION = "functions/publications/occasion.py"
OCCASIONS = "functions/publications/occasions.py"
PUBLISHER = "functions/publications/publisher.py"
WISH = "functions/publications/wish.py"

ASKING = Play(customers=3, commands=4, faults="rich", scenario="publications", seeds=100)
ASKING_MUCH = Play(customers=3, commands=10, faults="every", scenario="publications", seeds=50)

PUBLICATION_MUTANTS = (
    Mutant(
        "the customer is part of the occasion's key",
        (Edit(OCCASION, "what, wish.customer.id, wish.customer.source_id, wish", "what, wish"),),
        ASKING,
    ),
    Mutant(
        "an occasion begins once",
        (
            Edit(
                OCCASIONS,
                "        if not self._state.create(_name(key), begun.model_dump_json(), begun.expires, now):\n"
                "            return None\n",
                "        self._state.create(_name(key), begun.model_dump_json(), begun.expires, now)\n",
            ),
        ),
        ASKING,
    ),
    Mutant(
        "one call at a time works at an occasion",
        (Edit(OCCASIONS, "if found.lease_until > now:", "if False:"),),
        ASKING,
    ),
    Mutant(
        "the lease is taken by one",
        (
            Edit(
                OCCASIONS,
                "        if not self._write(key, taken, record.version):\n            return None\n",
                "        self._write(key, taken, record.version)\n",
            ),
        ),
        ASKING,
    ),
    Mutant(
        "nobody repeats what may be late and has no id",
        (Edit(PUBLISHER, "return self.end_ms + DOUBT_MS", "return self.end_ms"),),
        ASKING_MUCH,
    ),
    Mutant(
        "an attempt in doubt is waited for",
        (Edit(PUBLISHER, "(0 if knows_repeats else DOUBT_MS)", "0"),),
        ASKING_MUCH,
    ),
    Mutant(
        "what may be there is looked up before it is repeated",
        (Edit(ATTEMPT, "if self.is_doubtful and not self.wish.has_own_id:", "if False:"),),
        ASKING,
    ),
    Mutant(
        "Voucherify is given an id of the publication",
        (Edit(WISH, '({"source_id": source_id} if self.has_own_id else {})', "{}"),),
        ASKING,
    ),
)
