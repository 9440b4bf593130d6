"""The safeguards that mutants remove are where the mutants look for them; to play them all takes minutes."""

import pytest

from tests.simulation.mutant import Mutant
from tests.simulation.mutants import MUTANTS
from tools.simulation import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.safeguard)
def test_a_safeguard_is_in_its_place(mutant: Mutant) -> None:
    assert [edit.old for edit in mutant.edits if (ROOT / edit.path).read_text().count(edit.old) != 1] == []
