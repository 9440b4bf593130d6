"""`python -m tools.bench` from beginning to end."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tools.bench import __main__ as bench
from tools.bench.apart import MODULES
from tools.bench.row import Row, Spread, counted
from tools.local import ROOT

MISSED_TIME = Row("slow", "ms", Spread.of([2.0]), budget=1.0)
MISSED_COUNT = counted("many", "calls", 2, budget=1)
MET = counted("few", "calls", 1, budget=1)


@pytest.mark.parametrize(("row", "exit_code"), [(MET, 0), (MISSED_TIME, 0), (MISSED_COUNT, 1)])
def test_only_a_budget_that_no_machine_can_be_blamed_for_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, row: Row, exit_code: int
) -> None:
    written: list[dict[str, list[Row]]] = []
    monkeypatch.setattr(bench, "measured", lambda name, quick: [row] if name == MODULES[0] else [])
    monkeypatch.setattr(bench, "write", written.append)
    ended = CliRunner().invoke(bench.main)
    assert ended.exit_code == exit_code
    assert ended.output.splitlines()[-1] == f"{1 - (row is not MET)} of 1 budgets are met"
    assert written == [{name: [row] if name == MODULES[0] else [] for name in MODULES}]


@pytest.mark.integration
def test_rows_are_measured_and_a_look_at_some_writes_nothing() -> None:
    pages = [(ROOT / name).read_text() for name in ("README.md", "docs/performance.md")]
    command = [sys.executable, "-m", "tools.bench", "--quick", "--only", "ingest", "--only", "transform"]
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"COLUMNS": "200"}, capture_output=True, text=True, check=True
    )
    assert "ingest, segment/identify" in ended.stdout
    assert ended.stdout.splitlines()[-1].endswith("of 1 budgets are met")
    assert pages == [(ROOT / name).read_text() for name in ("README.md", "docs/performance.md")]
