"""`hubctl backfill` as the operator sees it."""

import json
from pathlib import Path

import pytest

from tests.hubctl.backfilling import identify, write
from tests.hubctl.conftest import Run
from tests.hubctl.shop import connected
from tools.hubctl.backfill import Backfill
from tools.hubctl.backfill_progress import Notes, Progress

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two customers, and a line that is none."""
    return write(tmp_path / "customers.ndjson", identify(1), "{", identify(2))


def test_a_dry_run_tells_what_would_be_sent(run: Run, file: Path) -> None:
    one, _ = connected(run)
    ran = run("backfill", str(file), "--as", "segment", "--connection", one.id, "--dry-run", "--json")
    assert ran.exit_code == 0
    told = json.loads(ran.stdout)
    assert (told["lines"], told["accepted"], told["bulk_calls"], told["complete"]) == (3, 2, 1, False)
    assert sum(told["left_out"].values()) == 1
    assert list(file.parent.iterdir()) == [file]


def test_a_dry_run_tells_it_in_a_table(run: Run, file: Path) -> None:
    one, _ = connected(run)
    ran = run("backfill", str(file), "--as", "segment", "--connection", one.id, "--dry-run")
    assert ran.exit_code == 0
    for word in ("lines", "accepted", "bulk calls", "left out: body"):
        assert word in ran.stdout


def test_a_file_of_nothing_is_complete_at_once(run: Run, tmp_path: Path) -> None:
    one, _ = connected(run)
    empty = write(tmp_path / "empty.ndjson")
    ran = run("backfill", str(empty), "--as", "segment", "--connection", one.id, "--json")
    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["complete"]


def test_another_cdps_connection_is_a_mistake(run: Run, file: Path) -> None:
    one, _ = connected(run)
    ran = run("backfill", str(file), "--as", "bloomreach", "--connection", one.id)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == f"Error: --as: {one.id} is a connection to segment, not to bloomreach\n"


def test_only_a_cdp_that_sends_customers_can_be_named(run: Run, file: Path) -> None:
    assert run("backfill", str(file), "--as", "iterable", "--connection", "x").exit_code == 2


def test_after_ctrl_c_the_command_that_is_told_goes_on(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--as-of 2h` means another time by then."""

    def interrupted(work: Backfill, progress: Progress, *_: object) -> None:
        Notes(work.file).write(progress)
        raise KeyboardInterrupt

    one, _ = connected(run)
    command = ("backfill", str(file), "--as", "segment", "--connection", one.id)
    monkeypatch.setattr(Backfill, "run", interrupted)
    stopped = run(*command, "--as-of", "2h")
    assert (stopped.exit_code, "the same command without --as-of goes on from there" in stopped.stderr) == (1, True)
    assert "the same command goes on from there" in run(*command).stderr
