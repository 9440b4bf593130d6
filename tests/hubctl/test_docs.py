"""docs/hubctl.md and the command line have the same commands."""

import click

from tools.hubctl.cli import cli
from tools.local import ROOT

DOC = (ROOT / "docs" / "hubctl.md").read_text()
GROUPS = ("project", "connections", "keys")


def test_every_command_is_documented_with_an_example_that_names_it() -> None:
    for name in GROUPS:
        group = cli.commands[name]
        assert isinstance(group, click.Group)
        for command in group.commands.values():
            assert f"./hubctl {name} {command.name}" in DOC


def test_what_is_documented_is_there() -> None:
    for line in DOC.splitlines():
        words = line.removeprefix("./hubctl ").split()
        if line.startswith("./hubctl ") and words[0] in GROUPS:
            group = cli.commands[words[0]]
            assert isinstance(group, click.Group)
            assert words[1] in group.commands
