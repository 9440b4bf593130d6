"""`hubctl forget`: the operator's erasure is the one that CDPs ask for (G7)."""

from typing import Any

import pytest

from cdphub.schema import Commands, EraseCustomer
from tests.hubctl.conftest import Run
from tests.hubctl.shop import add_shop
from tests.hubctl.test_dead_letters import sent_to

pytestmark = pytest.mark.usefixtures("stack")


def erasure() -> EraseCustomer:
    (message,) = sent_to("apply")
    found = Commands.model_validate(message)
    (command,) = found.commands
    assert found.project == "shop"
    assert isinstance(command, EraseCustomer)
    return command


@pytest.mark.parametrize(("options", "already_deleted"), [((), False), (("--hub-only",), True)])
def test_g7_an_erasure_is_sent_once_confirmed(run: Run, options: tuple[str, ...], already_deleted: bool) -> None:
    add_shop(run)
    result = run("forget", "shop", *options, lines=("ada@example.com", "y"))
    assert result.exit_code == 0
    command = erasure()
    assert (command.customer.source_id, command.already_deleted) == ("ada@example.com", already_deleted)
    assert command.order.split("#")[1] in result.stdout


def test_nothing_is_sent_without_a_yes(run: Run) -> None:
    add_shop(run)
    assert run("forget", "shop", lines=("ada@example.com", "n")).exit_code == 1
    assert sent_to("apply") == []
    assert run("forget", "shop", "--yes", lines=("ada@example.com",)).exit_code == 0
    assert erasure().customer.source_id == "ada@example.com"


@pytest.mark.parametrize(
    ("project", "source_id", "line"),
    [("shop", "x" * 2_000, "Error: source_id: "), ("other", "ada", "Error: project: there is none called other")],
)
def test_wrong_input_is_one_clear_line(run: Run, project: str, source_id: Any, line: str) -> None:
    add_shop(run)
    result = run("forget", project, "--yes", lines=(source_id,))
    assert result.exit_code == 1
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1
    assert "xxx" not in result.stderr
    assert sent_to("apply") == []
