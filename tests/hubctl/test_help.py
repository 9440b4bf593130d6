"""What every command of hubctl has: help with an example, JSON where it lists or shows, completion in a shell."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tests.hubctl.conftest import REGION, Run
from tests.hubctl.shop import connected
from tools.hubctl.cli import cli

LISTING = {"list", "show", "doctor", "omitted", "stats", "tail", "trace", "try", "backfill"}


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command that is no group."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def options(path: tuple[str, ...]) -> set[str]:
    found: click.Command = cli
    for name in path:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    return {option for parameter in found.params for option in parameter.opts}


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_help_has_an_example_of_the_command_itself(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"]).stdout
    assert f"Example: hubctl {' '.join(path)}" in " ".join(shown.split())


@pytest.mark.parametrize("path", [path for path in commands() if path[-1] in LISTING], ids=" ".join)
def test_what_lists_or_shows_can_do_so_for_programs(path: tuple[str, ...]) -> None:
    assert "--json" in options(path)


@pytest.mark.parametrize(
    ("words", "completed"),
    [("hubctl conn", "connect"), ("hubctl dead-letters re", "replay"), ("hubctl try --a", "--as")],
)
def test_a_shell_completes_commands_and_options(words: str, completed: str) -> None:
    environment = {"_HUBCTL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    result = CliRunner().invoke(cli, [], prog_name="hubctl", env=environment)
    assert f"plain,{completed}" in result.stdout.splitlines()


@pytest.mark.parametrize("words", ["keys list", "connections show", "send x --connection"])
def test_a_shell_completes_ids_of_what_the_stack_has(stack: str, run: Run, words: str) -> None:
    known, _ = connected(run)
    line = f"hubctl --stack {stack} --region {REGION} {words} segm"
    environment = {"_HUBCTL_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    result = CliRunner().invoke(cli, [], prog_name="hubctl", env=environment)
    assert result.stdout == f"plain,{known.id}\n"
    nowhere = environment | {"COMP_WORDS": line.replace(stack, "hub-of-nobody")}
    assert CliRunner().invoke(cli, [], prog_name="hubctl", env=nowhere).stdout.strip() == ""
