"""Safeguards of the way out, each removed by replacing text (docs/outbound.md)."""

from tests.simulation.mutant import (
    BREAKER,
    BRING_BACK,
    CLAIMED,
    DELIVERY,
    FANOUT,
    ROUNDS,
    SETTLE,
    Edit,
    Mutant,
    Play,
)

OUTBOUND = Play(customers=2, commands=12, faults="rich", scenario="outbound", seeds=12)
NEIGHBOURS = Play(customers=6, commands=11, faults="none", scenario="neighbours", seeds=1)

OUTBOUND_MUTANTS = (
    Mutant(
        "an event is done when it has been sent to every CDP, not before",
        (
            Edit(FANOUT, "        claims.done(state, key, KEEP_MS)\n", ""),
            Edit(
                FANOUT,
                "        forget = forgetting(event,",
                "        claims.done(state, key, KEEP_MS)\n        forget = forgetting(event,",
            ),
        ),
        OUTBOUND,
    ),
    Mutant(
        "a copy that meets a live claim comes again, since the claimant may die",
        (Edit(FANOUT, "            raise TakenError\n", "            return\n"),),
        OUTBOUND,
    ),
    Mutant(
        "what a dead worker may have sent is counted",
        (Edit(FANOUT, "if claim is Claim.LEFT:", "if False:"), Edit(CLAIMED, "claim is Claim.LEFT for", "False for")),
        OUTBOUND,
    ),
    Mutant(
        "a message is deleted when what follows it is stored",
        (
            Edit(
                SETTLE,
                "            return [self._failed(item, error) for item, _ in again]\n",
                "            return []\n",
            ),
        ),
        OUTBOUND,
    ),
    Mutant(
        "what waits is deleted from the backlog when it is in the queue again",
        (
            Edit(
                BRING_BACK,
                "        worker.hub.queues.send(queue, messages)\n        _delete(worker, part)\n",
                "        _delete(worker, part)\n        worker.hub.queues.send(queue, messages)\n",
            ),
        ),
        OUTBOUND,
    ),
    Mutant(
        "of a refused request only the bad event dies",
        (Edit(ROUNDS, "is FailureClass.INVALID and len(part) > 1", "is FailureClass.INVALID and not part"),),
        OUTBOUND,
    ),
    Mutant(
        "a CDP that does not answer has a day",
        (Edit(DELIVERY, "self.since(now_ms) >= PATIENCE_MS", "self.since(now_ms) >= 0"),),
        OUTBOUND,
    ),
    Mutant(
        "a copy of an event that a CDP has is dropped, if the CDP does not do that",
        (Edit(CLAIMED, "if claim in (Claim.MINE, Claim.LEFT)]", "if claim is not Claim.TAKEN]"),),
        OUTBOUND,
    ),
    Mutant(
        "a connection whose CDP does not answer is left alone",
        (Edit(BREAKER, "== OUTAGE_FAILURES:", "== -1:"),),
        NEIGHBOURS,
    ),
)
