"""The simulation sees each safeguard that is missing: it can fail, and none of them is there in vain."""

from pathlib import Path

import pytest

from tests.simulation.mutant import Mutant, Play
from tests.simulation.mutants import MUTANTS
from tests.simulation.mutation import copy_code, edit, simulate

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("play", sorted({mutant.play for mutant in MUTANTS}, key=repr), ids=str)
def test_g1_g2_g3_hold_with_all_safeguards(tmp_path: Path, play: Play) -> None:
    copy_code(tmp_path)
    played = simulate(tmp_path, play)
    assert played.returncode == 0, played.stderr


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.safeguard)
def test_a_missing_safeguard_breaks_a_guarantee(tmp_path: Path, mutant: Mutant) -> None:
    copy_code(tmp_path)
    for change in mutant.edits:
        edit(tmp_path, change)
    played = simulate(tmp_path, mutant.play)
    assert played.returncode == 1
    assert ": G" in played.stderr
    assert "crash" not in played.stderr
