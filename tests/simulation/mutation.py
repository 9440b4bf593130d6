"""Runs the simulation on a copy of the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.simulation.mutant import Edit, Play
from tools.simulation import ROOT

CODE = ("functions", "layers", "tools")
FILES = ("template.yaml", "samconfig.toml")
SECONDS = 500
"""Only against hanging: nothing here judges how long something takes."""


def copy_code(folder: Path) -> None:
    """Copies what the simulation consists of."""
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)


def edit(folder: Path, change: Edit) -> None:
    """Changes a copied file; raises ValueError unless the text to be replaced stands there once."""
    path = folder / change.path
    text = path.read_text()
    if text.count(change.old) != 1:
        raise ValueError(f"{change.path} has {text.count(change.old)} times:\n{change.old}")
    path.write_text(text.replace(change.old, change.new))


def simulate(folder: Path, play: Play) -> subprocess.CompletedProcess[str]:
    """Plays few customers with many faults, until the first violation."""
    command = [sys.executable, "-m", "tools.simulation", "--stop", "--seeds", str(play.seeds), "--faults", play.faults]
    command += ["--scenario", play.scenario]
    command += ["--customers", str(play.customers), "--commands", str(play.commands)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
