"""Safeguards of backfills, each removed by replacing text."""

from tests.simulation.mutant import Edit, Mutant, Play

BACKFILL = "tools/hubctl/backfill.py"
PLAY = Play(customers=60, commands=2, faults="usual", scenario="backfill", seeds=20)

BACKFILL_MUTANTS = (
    Mutant(
        "a backfill counts as older than what came live",
        (Edit(BACKFILL, "            return now - OLDEST_MS\n", "            return now + DAY\n"),),
        PLAY,
    ),
    Mutant(
        "a chunk is through only once it is sent",
        (
            Edit(
                BACKFILL,
                "            found = [command for line in chunk for command in line.commands]\n",
                "            found = [command for line in chunk for command in line.commands]\n"
                "            progress.add(chunk)\n"
                "            notes.write(progress)\n"
                "            clock.sleep(20)\n",
            ),
        ),
        PLAY,
    ),
)
