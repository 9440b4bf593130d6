"""docs/reliability.md: its commands exist, and what it quotes has the form of what they print."""

import re
import shlex

import click
import pytest

from tools.simulation import ROOT
from tools.simulation.fault_report import GUARANTEES, Report
from tools.simulation.faults import main as faults
from tools.simulation.recovery import RECOVERIES
from tools.simulation.recovery import main as recovery

PAGE = (ROOT / "docs" / "reliability.md").read_text()
MODULES = {"tools.simulation.faults": faults, "tools.simulation.recovery": recovery}
COMMANDS = re.findall(r"^\.venv/bin/python -m (tools\.simulation\S*)(.*)$", PAGE, re.MULTILINE)


def test_both_commands_are_there() -> None:
    assert {module for module, _ in COMMANDS} == MODULES.keys()


@pytest.mark.parametrize(("module", "options"), COMMANDS)
def test_a_command_has_these_options(module: str, options: str) -> None:
    context: click.Context = MODULES[module].make_context(module, shlex.split(options, comments=True))
    assert context.params


def test_the_verdict_has_the_form_of_today() -> None:
    (told,) = re.findall(r"^seed=.*commands=.*$", PAGE, re.MULTILINE)
    assert re.findall(r"(\w+)=", told) == re.findall(r"(\w+)=", Report(0).verdict())
    assert "commands=111000 events=20000 " in told
    assert told.endswith(" violations=0 PASSED")


def test_every_guarantee_and_every_long_trouble_is_on_the_page() -> None:
    assert all(f"| **{name}** |" in PAGE for name in GUARANTEES if name != "crash")
    assert all(f"| {trouble.title} |" in PAGE for trouble in RECOVERIES)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+\.md)", PAGE))))
def test_a_page_that_it_names_is_there(link: str) -> None:
    assert (ROOT / "docs" / link).is_file()


def test_the_readme_names_the_page() -> None:
    assert "(docs/reliability.md)" in (ROOT / "README.md").read_text()
