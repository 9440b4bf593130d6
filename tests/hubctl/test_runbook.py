"""The runbook tells only commands and options that there are."""

import re

import click
import pytest

from tools.hubctl.cli import cli
from tools.local import ROOT

COMMANDS = sorted(set(re.findall(r"`HUBCTL ([^`]+)`", (ROOT / "docs/runbook.md").read_text())))


@pytest.mark.parametrize("line", COMMANDS)
def test_it_is_there(line: str) -> None:
    command: click.Command = cli
    words = line.split()
    while isinstance(command, click.Group) and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    assert not isinstance(command, click.Group)
    assert {word for word in words if word.startswith("--")} <= options
