"""The command line of the simulation."""

import os
import subprocess
import sys

import pytest

from tools.simulation import ROOT

COMMAND = [sys.executable, "-m", "tools.simulation", "--seeds", "3", "--customers", "3", "--commands", "5"]


def play(hash_seed: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.integration
def test_the_last_line_tells_the_figures_and_is_the_same_in_every_process() -> None:
    first, second = play("1"), play("2")
    assert (first.returncode, second.returncode) == (0, 0)
    last = first.stdout.splitlines()[-1]
    assert last.startswith("seeds=3 commands=45 kills=")
    assert last.endswith(" violations=0")
    assert first.stdout == second.stdout
