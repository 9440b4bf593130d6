"""What others write stays text: in log lines, in headers of answers, and in an operator's terminal.

The hub writes no CSV; of what it shows, tables are for terminals and JSON for programs.
"""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from cdphub import clock
from cdphub.aws import Names
from cdphub.connections import Connection, Project
from cdphub.failures import FailureClass
from cdphub.hub import hub_of
from cdphub.omitted import OmittedKey, OmittedKeys
from cdphub.store import Store
from cdphub.telemetry import logger
from tests.builders import CONNECTION, START, upsert
from tests.fakes import PROJECT, FakeClock, World
from tests.hubctl.conftest import REGION, STACK, Run, aws, run, stack, voucherify
from tests.hubctl.letters import bury_command
from tests.segment.test_ingest import CUSTOMER, Segment
from tools.hubctl.visible import cell, one_line, visible

__all__ = ["aws", "run", "stack", "voucherify"]

ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\b\u202e\u2028"
FORGED = '\n{"level":"ERROR","message":"forged"}\n'


@pytest.fixture
def store(stack: str) -> Iterator[Store]:
    """A deployed stack's tables, with one connection."""
    boto3.setup_default_session(region_name=REGION)
    store = hub_of(Names("", f"{STACK}-", "")).store
    project = Project(id=PROJECT, name=f"Shop{ESCAPES}", api_url="https://api.voucherify.io")
    connection = Connection(id=CONNECTION, project=PROJECT, cdp="segment", settings={"x": ESCAPES})
    store.connections.put_project(PROJECT, project.model_dump_json())
    store.connections.put_connection(PROJECT, CONNECTION, connection.model_dump_json())
    with clock.use(FakeClock(now=START)):
        yield store


@pytest.mark.parametrize(
    "command",
    [
        ("omitted",),
        ("dead-letters", "list", "--reasons"),
        ("dead-letters", "list", "--reasons", "--json"),
        ("connections", "list"),
        ("connections", "list", "--json"),
        ("connections", "show", CONNECTION),
        ("project", "list"),
        ("connections", "show", ESCAPES),
    ],
    ids=" ".join,
)
def test_nothing_that_others_wrote_moves_an_operators_terminal(
    run: Run, store: Store, command: tuple[str, ...]
) -> None:
    key = OmittedKey(of="customer", key=f"a{ESCAPES}", reason="no type", observed=f"text{ESCAPES}")
    OmittedKeys(store).note(CONNECTION, [key])
    bury_command(store, upsert(1), reason=f"400 no {ESCAPES}", failure=FailureClass.INVALID)
    shown = run(*command, COLUMNS="400").output
    assert shown
    assert not {each for each in shown if not each.isprintable()} - {"\n"}


def test_text_stays_readable() -> None:
    assert visible("Zoë 🥾\nnext") == "Zoë 🥾\nnext"
    assert visible("\x1b[31m") == r"\x1b[31m"
    assert one_line("a\x1b\nb") == r"a\x1b\nb"
    assert cell("[red]a\nb").plain == r"[red]a\nb"


def test_a_log_line_is_one_line_whatever_names_and_values_say(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    segment = Segment(world)
    hostile = FORGED + ESCAPES
    bodies: list[dict[str, Any]] = [{hostile: 1}, {"source_id": hostile, "metadata": {hostile: 1}}, {"source_id": []}]
    for body in bodies:
        segment.send(CUSTOMER, body)
    segment.send(f"/segmentio/{hostile}", {})
    lines = stream.getvalue().splitlines()
    assert lines
    assert all(json.loads(line)["message"] != "forged" for line in lines)
    assert not {each for each in stream.getvalue() if each < " "} - {"\n"}
